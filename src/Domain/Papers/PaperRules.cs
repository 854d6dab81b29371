using Webrana.Domain.Billing;
using Webrana.Domain.Ledger;

namespace Webrana.Domain.Papers;

/// <summary>What kind of paper a movement of money gets. Stored: never renumber.</summary>
public enum PaperKind : short
{
    /// <summary>For a top-up.</summary>
    Receipt = 1,

    /// <summary>For a charge, which the wallet has paid.</summary>
    Invoice = 2,

    /// <summary>For money given back: of a charge to the wallet, or of a top-up to where it came from.</summary>
    CreditNote = 3,
}

/// <summary>Which ledger rows get a paper, and under which year it is numbered.</summary>
public static class PaperRules
{
    private const string Gateway = "GATEWAY";
    private const string Revenue = "REVENUE";

    /// <summary>The paper of a row; null for what is neither a payment nor a sale: bonuses, their expiry, corrections, debts.</summary>
    public static PaperKind? KindOf(LedgerKind kind, string contraAccount, long amountIdr) => (kind, contraAccount) switch
    {
        _ when amountIdr == 0 => null,
        (LedgerKind.Credit, Gateway) => PaperKind.Receipt,
        (LedgerKind.Debit or LedgerKind.Capture, Revenue) => PaperKind.Invoice,
        (LedgerKind.Refund, Revenue) or (LedgerKind.Credit, Revenue) or (LedgerKind.Reversal, Gateway) => PaperKind.CreditNote,
        _ => null,
    };

    /// <summary>The year in Jakarta, where our books are kept: a charge at 00.30 on 1 January belongs to the new year, though UTC says otherwise.</summary>
    public static int YearOf(DateTimeOffset occurredAt) => occurredAt.ToOffset(BillingCalendar.Jakarta).Year;
}
