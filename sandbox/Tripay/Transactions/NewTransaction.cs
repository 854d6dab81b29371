namespace Webrana.Sandbox.Tripay.Transactions;

/// <summary>A checked request to create a payment.</summary>
sealed record NewTransaction(
    Channel Channel, string MerchantRef, long Amount, string CustomerName, string CustomerEmail, string? CustomerPhone,
    string? CallbackUrl, string? ReturnUrl, long? ExpiredTime, IReadOnlyList<SimulatedItem> Items, string PublicAddress);
