using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>Checks the fields of <c>transaction/create</c>. Where Tripay's own text of a refusal is not known, the text is ours.</summary>
static class CreateRequest
{
    /// <summary>A refusal, or a payment to create.</summary>
    public sealed record Verdict(NewTransaction? Request, string? Refusal = null, int Status = StatusCodes.Status400BadRequest);

    // Smaller numbers are durations, greater ones milliseconds.
    const long FirstUnixTime = 1_000_000_000;
    const long LastUnixTime = 100_000_000_000;

    public static Verdict Check(RequestFields fields, TripaySimulatorOptions options, SimulatorSettings settings, string publicAddress)
    {
        if (ChannelCatalogue.Find(fields["method"]) is not { } channel || settings.DisabledChannels.Contains(channel.Code)) return Refuse("Payment channel is not enabled");
        if (!long.TryParse(fields["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return Refuse("The amount must be an integer");
        var merchantRef = fields["merchant_ref"] ?? "";
        if (!IsSigned(options.MerchantCode + merchantRef + amount.ToString(CultureInfo.InvariantCulture), fields["signature"], options.PrivateKey)) return Refuse("Invalid signature");
        if (merchantRef.Length == 0) return Refuse("The merchant ref field is required");
        if (amount < channel.MinimumAmount) return Refuse($"Minimum amount is {channel.MinimumAmount}");
        if (amount > channel.MaximumAmount) return Refuse($"Maximum amount is {channel.MaximumAmount}");
        if (fields["customer_name"] is not { Length: > 0 } name) return Refuse("The customer name field is required");
        if (!MailAddress.TryCreate(fields["customer_email"], out var email) || email.Address != fields["customer_email"]) return Refuse("Invalid customer email");
        if (channel.IsRedirect && string.IsNullOrEmpty(fields["customer_phone"])) return Refuse("The customer phone field is required");
        if (ReadItems(fields) is not { Count: > 0 } items) return Refuse("The order items field is required");
        if (items.Sum(item => item.Price * item.Quantity) != amount) return Refuse("The amount does not match the order items");
        if (!TryReadExpiry(fields["expired_time"], out var expiredTime)) return Refuse("expired time must be in seconds (Unix Timestamp)");

        // Seen in production: DANA fails on long names.
        if (channel.Code == "DANA" && name.Length > 50) return new Verdict(null, "Internal service error", StatusCodes.Status500InternalServerError);
        return new Verdict(new NewTransaction(
            channel, merchantRef, amount, name, email.Address, LocalPhone(fields["customer_phone"]), fields["callback_url"], fields["return_url"], expiredTime,
            items, publicAddress));
    }

    static Verdict Refuse(string text) => new(null, text);

    static bool IsSigned(string message, string? signature, string privateKey) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(signature ?? ""),
        Encoding.UTF8.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(privateKey), Encoding.UTF8.GetBytes(message)))));

    static bool TryReadExpiry(string? text, out long? expiredTime)
    {
        expiredTime = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < FirstUnixTime or > LastUnixTime) return false;
        expiredTime = seconds;
        return true;
    }

    static List<SimulatedItem>? ReadItems(RequestFields fields)
    {
        var items = new List<SimulatedItem>();
        foreach (var item in fields.Items)
        {
            if (item.GetValueOrDefault("name") is not { Length: > 0 } name) return null;
            if (!long.TryParse(item.GetValueOrDefault("price"), NumberStyles.None, CultureInfo.InvariantCulture, out var price)) return null;
            if (!long.TryParse(item.GetValueOrDefault("quantity"), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity)) return null;
            if (price > 1_000_000_000 || quantity > 1_000_000) return null;
            items.Add(new SimulatedItem(item.GetValueOrDefault("sku"), name, price, quantity, item.GetValueOrDefault("product_url"), item.GetValueOrDefault("image_url")));
        }
        return items;
    }

    /// <summary>Tripay keeps <c>08…</c> only; <c>62…</c> and short numbers come back as null.</summary>
    static string? LocalPhone(string? phone) =>
        phone is { Length: >= 10 and <= 13 } && phone.StartsWith("08", StringComparison.Ordinal) && phone.All(char.IsAsciiDigit) ? phone : null;
}
