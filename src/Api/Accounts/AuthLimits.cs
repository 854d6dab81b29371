using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Webrana.Api.Problems;
using Webrana.Api.Security;

namespace Webrana.Api.Accounts;

/// <summary>
/// Counts what must not be asked for without end: mails to an address, registrations from one, phone numbers of an account. Unknown addresses are counted exactly as known ones.
/// Per process: N API processes allow N times as much. Tries to sign in are counted over all of them (<see cref="Security.SignInTries"/>).
/// </summary>
public sealed class AuthLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> _mailsPerEmail;
    private readonly PartitionedRateLimiter<string> _registrations;
    private readonly PartitionedRateLimiter<string> _phones;

    public AuthLimits(IOptions<AuthOptions> options)
    {
        var auth = options.Value;
        _mailsPerEmail = PerWindow(auth.MailsPerEmail, auth.LockoutTime);
        _registrations = PerWindow(auth.RegistrationsPerMinute, TimeSpan.FromMinutes(1));
        _phones = PerWindow(auth.PhonesPerDay, TimeSpan.FromDays(1));
    }

    /// <summary>Counts one mail asked for; refuses when there were too many.</summary>
    public Refusal? MailAskedFor(string email) => Take(_mailsPerEmail, Key(email));

    /// <summary>Counts one registration; refuses when there were too many.</summary>
    public Refusal? Registering(string address) => Take(_registrations, address);

    /// <summary>Counts one phone number given; refuses when there were too many: promos compare numbers, and whoever tries many learns whose are here (ADR 56).</summary>
    public Refusal? PhoneGiven(Guid user) => Take(_phones, user.ToString("N"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _mailsPerEmail.Dispose();
        _registrations.Dispose();
        _phones.Dispose();
    }

    private static Refusal? Take(PartitionedRateLimiter<string> limiter, string key) => Judge(limiter.AttemptAcquire(key), ProblemKinds.TooManyRequests);

    private static Refusal? Judge(RateLimitLease lease, ProblemKind kind)
    {
        using (lease)
        {
            if (lease.IsAcquired)
                return null;
            return Refusal.Wait(kind, lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1));
        }
    }

    private static PartitionedRateLimiter<string> PerWindow(int permits, TimeSpan window) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetFixedWindowLimiter(
            key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window, AutoReplenishment = true }));

    private static string Key(string email) => EmailKey.Of(email);
}
