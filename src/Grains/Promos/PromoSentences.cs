namespace Webrana.Grains.Promos;

/// <summary>
/// What customers read of promos on the rows of their wallet and on their lots, in the shop's first language. Never compared: an operation
/// is known by its id, so that a row written before a change of words answers its repetition after it.
/// </summary>
internal static class PromoSentences
{
    public static string OfDeposit(string promo, bool isBonus, bool isWelcome) =>
        isWelcome ? OfWelcome(promo) : isBonus ? $"Bonus Deposit · {promo}" : $"Cashback · {promo}";

    public static string OfWelcome(string promo) => $"Welcome Bonus · {promo}";

    public static string OfInvitation(string promo) => $"Bonus undangan · {promo}";

    public static string NeverGiven(string gift) => $"{gift}: tidak pernah diberikan";

    public static string TakenBack(string gift) => $"{gift}: isi saldo yang mendapatkannya dikembalikan";
}
