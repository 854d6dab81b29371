namespace Webrana.Domain.Deposits;

/// <summary>How far a deposit has come with the promo that was promised.</summary>
public enum PromoStage
{
    /// <summary>To be reserved; a crash may have happened just after it was.</summary>
    Intended,

    /// <summary>One usage is held for this deposit.</summary>
    Reserved,

    /// <summary>The wallet holds the bonus; the usage has still to be used up.</summary>
    Given,

    /// <summary>Given and used up.</summary>
    Settled,

    /// <summary>The usage was given back: its time was over, or the deposit came to nothing. Money that arrives later may reserve it again.</summary>
    Released,

    /// <summary>No usage was left when one was needed: the deposit goes without.</summary>
    Lost,

    /// <summary>The deposit was refunded: the unspent bonus was taken back, what was spent is owed.</summary>
    TakenBack,
}
