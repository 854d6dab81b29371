using System.Globalization;
using Webrana.Sandbox.Tripay.Callbacks;

namespace Webrana.Sandbox.Tripay.Transactions;

/// <summary>What a person or a timer can do to a payment.</summary>
public enum PaymentAction
{
    /// <summary>Pay: from UNPAID, and from EXPIRED as a late bank settlement.</summary>
    Pay,

    /// <summary>Fail: from UNPAID.</summary>
    Fail,

    /// <summary>Expire: from UNPAID.</summary>
    Expire,

    /// <summary>Pay back: from PAID.</summary>
    Refund,
}

/// <summary>All payments. Every change of status enqueues its callback under the same lock, so that callbacks are made in the order of changes.</summary>
sealed class TransactionBook(TripaySimulatorOptions options, SimulatorClock clock, SettingsBox settings, CallbackSender callbacks, Pulse pulse)
{
    readonly Lock _gate = new();
    readonly List<SimulatedTransaction> _transactions = [];
    readonly Dictionary<string, int> _positions = [];

    public SimulatedTransaction Create(NewTransaction request)
    {
        lock (_gate)
        {
            var sequence = _transactions.Count + 1;
            var reference = $"DEV-{options.MerchantCode}{sequence.ToString("D6", CultureInfo.InvariantCulture)}{options.NewTail()}";
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var channel = request.Channel;
            var fee = channel.Fee(request.Amount);
            var customerPays = settings.Current.FeePaidBy == FeePayer.Customer;
            var checkoutUrl = $"{request.PublicAddress}/checkout/{reference}";
            var transaction = new SimulatedTransaction
            {
                Reference = reference,
                MerchantRef = request.MerchantRef,
                Method = channel.Code,
                MethodName = channel.Name,
                CustomerName = request.CustomerName,
                CustomerEmail = request.CustomerEmail,
                CustomerPhone = request.CustomerPhone,
                CallbackUrl = request.CallbackUrl,
                ReturnUrl = request.ReturnUrl,
                Amount = customerPays ? request.Amount + fee : request.Amount,
                FeeMerchant = customerPays ? 0 : fee,
                FeeCustomer = customerPays ? fee : 0,
                AmountReceived = customerPays ? request.Amount : request.Amount - fee,
                PayCode = channel.IsQris || channel.IsRedirect ? null : PayCode(channel, sequence),
                PayUrl = channel.IsRedirect ? checkoutUrl : null,
                CheckoutUrl = checkoutUrl,
                QrString = channel.IsQris ? "SANDBOX MODE" : null,
                QrUrl = channel.IsQris ? $"{request.PublicAddress}/qr/{reference}" : null,
                Status = "UNPAID",
                CreatedAt = now,
                ExpiredTime = channel.ClampExpiry(request.ExpiredTime ?? now + 86_400, now),
                Items = request.Items,
            };
            Append(transaction);
            pulse.Set();
            return transaction;
        }
    }

    public SimulatedTransaction? Find(string? reference)
    {
        lock (_gate) return reference is not null && _positions.TryGetValue(reference, out var position) ? _transactions[position] : null;
    }

    /// <summary>All payments, oldest first.</summary>
    public IReadOnlyList<SimulatedTransaction> All()
    {
        lock (_gate) return [.. _transactions];
    }

    /// <summary>The payment created last.</summary>
    public SimulatedTransaction? Newest()
    {
        lock (_gate) return _transactions is [.., var newest] ? newest : null;
    }

    /// <summary>Changes a status and enqueues the callback. Null if there is no such payment or it is in no state for that.</summary>
    public SimulatedTransaction? Apply(string reference, PaymentAction action, string? note = null)
    {
        lock (_gate)
        {
            if (!_positions.TryGetValue(reference, out var position)) return null;
            var before = _transactions[position];
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var after = (action, before.Status) switch
            {
                (PaymentAction.Pay, "UNPAID" or "EXPIRED") => before with { Status = "PAID", PaidAt = now, Note = note },
                (PaymentAction.Fail, "UNPAID") => before with { Status = "FAILED", Note = note },
                (PaymentAction.Expire, "UNPAID") => before with { Status = "EXPIRED", Note = note },
                (PaymentAction.Refund, "PAID") => before with { Status = "REFUND", Note = note },
                _ => null,
            };
            if (after is null) return null;
            _transactions[position] = after;
            if (after.Status != "EXPIRED" || settings.Current.ExpiredCallbacks) callbacks.Enqueue(after);
            pulse.Set();
            return after;
        }
    }

    /// <summary>Expires what is overdue; returns how many.</summary>
    public int ExpireOverdue(DateTimeOffset now)
    {
        lock (_gate)
        {
            var overdue = _transactions.Where(transaction => transaction.Status == "UNPAID" && transaction.ExpiredTime <= now.ToUnixTimeSeconds()).ToList();
            foreach (var transaction in overdue) Apply(transaction.Reference, PaymentAction.Expire);
            return overdue.Count;
        }
    }

    /// <summary>The next deadline of an unpaid payment.</summary>
    public DateTimeOffset? NextExpiry()
    {
        lock (_gate)
        {
            var unpaid = _transactions.Where(transaction => transaction.Status == "UNPAID").Select(transaction => transaction.ExpiredTime);
            return unpaid.Any() ? DateTimeOffset.FromUnixTimeSeconds(unpaid.Min()) : null;
        }
    }

    public void Restore(IEnumerable<SimulatedTransaction> transactions)
    {
        lock (_gate)
        {
            foreach (var transaction in transactions) Append(transaction);
        }
    }

    void Append(SimulatedTransaction transaction)
    {
        _positions.Add(transaction.Reference, _transactions.Count);
        _transactions.Add(transaction);
    }

    static string PayCode(Channel channel, int sequence) =>
        channel.Group == "Virtual Account"
            ? "88810" + sequence.ToString("D11", CultureInfo.InvariantCulture)
            : "7" + sequence.ToString("D9", CultureInfo.InvariantCulture);
}
