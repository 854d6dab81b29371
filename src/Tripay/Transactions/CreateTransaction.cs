using System.Globalization;

namespace Webrana.Tripay.Transactions;

/// <summary>A payment to be created. The client signs it.</summary>
public sealed record CreateTransaction
{
    /// <summary>Tripay's systems fail on longer names (seen with DANA); the client cuts there.</summary>
    public const int MaximumNameLength = 50;

    /// <summary>The channel's code.</summary>
    public required string Method { get; init; }

    /// <summary>Our reference, unique by our own doing: Tripay accepts duplicates.</summary>
    public required string MerchantRef { get; init; }

    /// <summary>What to collect in rupiah, before a fee the customer pays; equals the sum of the items.</summary>
    public required long AmountIdr { get; init; }

    /// <summary>The payer's name; cut to <see cref="MaximumNameLength"/> characters.</summary>
    public required string CustomerName { get; init; }

    /// <summary>The payer's e-mail address.</summary>
    public required string CustomerEmail { get; init; }

    /// <summary>The payer's phone; e-wallets need it. <c>+62…</c> and <c>62…</c> are sent as <c>0…</c>, the only form Tripay keeps.</summary>
    public string? CustomerPhone { get; init; }

    /// <summary>What is being paid for; at least one line.</summary>
    public required IReadOnlyList<TripayOrderItem> OrderItems { get; init; }

    /// <summary>Overrides <see cref="TripayOptions.CallbackUrl"/>.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Overrides <see cref="TripayOptions.ReturnUrl"/>.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>The deadline wished for; Tripay moves it into the channel's window. Null: Tripay's default of 24 hours.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal CreateTransactionBody Sign(TripayOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(AmountIdr);
        if (OrderItems.Count == 0) throw new ArgumentException("A transaction needs an item.");
        if (OrderItems.Sum(item => checked(item.Price * item.Quantity)) != AmountIdr) throw new ArgumentException("The items do not sum up to the amount.");
        return new CreateTransactionBody
        {
            Method = Method,
            MerchantRef = MerchantRef,
            Amount = AmountIdr,
            CustomerName = Shorten(CustomerName),
            CustomerEmail = CustomerEmail,
            CustomerPhone = ToLocalPhone(CustomerPhone),
            OrderItems = OrderItems,
            CallbackUrl = CallbackUrl ?? NullIfEmpty(options.CallbackUrl),
            ReturnUrl = ReturnUrl ?? NullIfEmpty(options.ReturnUrl),
            ExpiredTime = ExpiresAt?.ToUnixTimeSeconds(),
            Signature = TripaySignature.ForClosedPayment(options.MerchantCode, MerchantRef, AmountIdr, options.PrivateKey),
        };
    }

    static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>Cuts between text elements, so that no accent or emoji is torn apart.</summary>
    static string Shorten(string name)
    {
        name = name.Trim();
        if (name.Length <= MaximumNameLength) return name;
        var cut = 0;
        foreach (var start in StringInfo.ParseCombiningCharacters(name).Append(name.Length))
        {
            if (start > MaximumNameLength) break;
            cut = start;
        }
        return name[..cut].TrimEnd();
    }

    static string? ToLocalPhone(string? phone)
    {
        if (string.IsNullOrWhiteSpace(phone)) return null;
        var digits = string.Concat(phone.Where(char.IsAsciiDigit));
        return digits.StartsWith("62", StringComparison.Ordinal) ? "0" + digits[2..] : digits;
    }
}

/// <summary>The body of <c>transaction/create</c>.</summary>
sealed record CreateTransactionBody
{
    public required string Method { get; init; }
    public required string MerchantRef { get; init; }
    public required long Amount { get; init; }
    public required string CustomerName { get; init; }
    public required string CustomerEmail { get; init; }
    public string? CustomerPhone { get; init; }
    public required IReadOnlyList<TripayOrderItem> OrderItems { get; init; }
    public string? CallbackUrl { get; init; }
    public string? ReturnUrl { get; init; }
    public long? ExpiredTime { get; init; }
    public required string Signature { get; init; }
}
