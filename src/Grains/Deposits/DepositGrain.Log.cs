using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

// Event ids are stable: alarms are built on them. 20xx is routine, 21xx wants a person. Ids only, never a customer's name or address.
public sealed partial class DepositGrain
{
    static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "Deposit {Deposit}: gateway transaction {Reference} opened")]
        public static partial void Opened(ILogger logger, DepositId deposit, string reference);

        [LoggerMessage(2002, LogLevel.Information, "Deposit {Deposit}: payment {Reference} credited with {AmountIdr} rupiah")]
        public static partial void Credited(ILogger logger, DepositId deposit, string reference, long amountIdr);

        [LoggerMessage(2003, LogLevel.Warning, "Deposit {Deposit}: the gateway's create has no known outcome ({Reason}); searching by merchant reference")]
        public static partial void CreateUnknown(ILogger logger, DepositId deposit, string reason);

        [LoggerMessage(2004, LogLevel.Warning, "Deposit {Deposit}: the gateway refused the transaction ({Message}, HTTP {HttpStatus})")]
        public static partial void CreateRefused(ILogger logger, DepositId deposit, string message, int httpStatus);

        [LoggerMessage(2005, LogLevel.Warning, "Deposit {Deposit}: the gateway could not be asked about {Reference} ({Reason}); later again")]
        public static partial void GatewayAway(ILogger logger, DepositId deposit, string reference, string reason);

        [LoggerMessage(2006, LogLevel.Warning, "Deposit {Deposit}: the wallet did not say whether {Reference} was credited ({Reason}); the same operation id will be asked again")]
        public static partial void CreditUnknown(ILogger logger, DepositId deposit, string reference, string reason);

        [LoggerMessage(2007, LogLevel.Information, "Deposit {Deposit}: payment {Reference} is now {Verdict} at the gateway")]
        public static partial void Judged(ILogger logger, DepositId deposit, string reference, PaymentVerdict verdict);

        [LoggerMessage(2008, LogLevel.Warning, "Deposit {Deposit}: telling about payment {Reference} failed; later again")]
        public static partial void TellingFailed(ILogger logger, Exception? exception, DepositId deposit, string reference);

        [LoggerMessage(2009, LogLevel.Error, "Deposit {Deposit}: its work stopped; the sweeper will continue it")]
        public static partial void DriveFailed(ILogger logger, Exception exception, DepositId deposit);

        [LoggerMessage(2012, LogLevel.Warning, "Deposit {Deposit}: promo {Promo} has nothing left for it ({Error}); it goes without")]
        public static partial void PromoLost(ILogger logger, DepositId deposit, string promo, PromoError error);

        [LoggerMessage(2013, LogLevel.Warning, "Deposit {Deposit}: the bonus of promo {Promo} is delayed ({Reason}); later again")]
        public static partial void BonusDelayed(ILogger logger, DepositId deposit, string promo, string reason);

        [LoggerMessage(2014, LogLevel.Warning, "Deposit {Deposit}: payment {Reference} of {AmountIdr} rupiah was taken back; its owner owes {OwedIdr} rupiah in all")]
        public static partial void Reversed(ILogger logger, DepositId deposit, string reference, long amountIdr, long owedIdr);

        [LoggerMessage(2015, LogLevel.Warning, "Deposit {Deposit}: taking payment {Reference} back is delayed ({Reason}); later again")]
        public static partial void ReversalDelayed(ILogger logger, DepositId deposit, string reference, string reason);

        [LoggerMessage(2101, LogLevel.Warning, "Deposit {Deposit}: a notice says {Reference} is paid, the gateway's own detail says {Verdict}; nothing was credited")]
        public static partial void NoticeNotConfirmed(ILogger logger, DepositId deposit, string reference, PaymentVerdict verdict);

        [LoggerMessage(2102, LogLevel.Error, "Deposit {Deposit}: payment {Reference} does not agree with our row ({Review}); nothing was credited")]
        public static partial void Disagrees(ILogger logger, DepositId deposit, string reference, string review);

        [LoggerMessage(2103, LogLevel.Warning, "Deposit {Deposit}: a notice names reference {Reference}, which the gateway does not know; nothing was credited")]
        public static partial void UnknownReference(ILogger logger, DepositId deposit, string reference);

        [LoggerMessage(2104, LogLevel.Error, "Deposit {Deposit}: payment {Reference} was refunded by the gateway after it was credited; it is taken out of the wallet again")]
        public static partial void RefundAfterCredit(ILogger logger, DepositId deposit, string reference);

        [LoggerMessage(2105, LogLevel.Warning, "Deposit {Deposit}: a second payment {Reference} of the same deposit was credited as well")]
        public static partial void PaidTwice(ILogger logger, DepositId deposit, string reference);

        [LoggerMessage(2106, LogLevel.Critical, "Deposit {Deposit}: the wallet refused the credit of {Reference} for good ({Error}); the customer's money is not in the wallet")]
        public static partial void CreditRefused(ILogger logger, DepositId deposit, string reference, string error);
    }
}
