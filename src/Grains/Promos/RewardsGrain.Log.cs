using Microsoft.Extensions.Logging;
using Webrana.Contracts.Promos;

namespace Webrana.Grains.Promos;

// Ids only, never an address or a name.
public sealed partial class RewardsGrain
{
    static partial class Log
    {
        [LoggerMessage(2401, LogLevel.Information, "Rewards of {User}: {Subject} got {AmountIdr} rupiah of promo {Promo}")]
        public static partial void Given(ILogger logger, string user, string subject, long amountIdr, string promo);

        [LoggerMessage(2402, LogLevel.Information, "Rewards of {User}: promo {Promo} has nothing for {Subject} ({Error})")]
        public static partial void Refused(ILogger logger, string user, string promo, string subject, PromoError error);

        [LoggerMessage(2403, LogLevel.Warning, "Rewards of {User}: delayed ({Reason}); later again")]
        public static partial void Delayed(ILogger logger, string user, string reason);

        [LoggerMessage(2404, LogLevel.Warning, "Rewards of {User}: the referral waits for a person ({Doubts})")]
        public static partial void Doubted(ILogger logger, string user, string doubts);

        [LoggerMessage(2406, LogLevel.Information,
            "Rewards of {User}: the deposit was given back; of {Subject} {TakenIdr} rupiah were taken back, {KeptIdr} left, {OwedIdr} are owed")]
        public static partial void TakenBack(ILogger logger, string user, string subject, long takenIdr, long keptIdr, long owedIdr);

        [LoggerMessage(2407, LogLevel.Warning, "Rewards of {User}: the welcome waits for a person ({Doubt})")]
        public static partial void WelcomeDoubted(ILogger logger, string user, ReferralDoubt doubt);

        [LoggerMessage(2405, LogLevel.Error, "Rewards of {User}: the work stopped; the sweeper will continue it")]
        public static partial void Broke(ILogger logger, Exception exception, string user);
    }
}
