using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Webrana.Api.Problems;

namespace Webrana.Api.Accounts;

/// <summary>
/// Counts what must not be tried without end. It counts unknown addresses exactly as known ones, at the same thresholds as the account
/// lockout, so that a 429 tells nobody which addresses have an account. Per process: with N API processes an attacker gets N times the
/// tries of one address pair, never more than the account lockout allows.
/// </summary>
public sealed class AuthLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> _failuresPerEmailAndAddress;
    private readonly PartitionedRateLimiter<string> _failuresPerEmail;
    private readonly PartitionedRateLimiter<string> _mailsPerEmail;
    private readonly PartitionedRateLimiter<string> _registrations;

    public AuthLimits(IOptions<AuthOptions> options)
    {
        var auth = options.Value;
        _failuresPerEmailAndAddress = PerWindow(auth.FailuresPerEmailAndAddress, auth.LockoutTime);
        _failuresPerEmail = PerWindow(auth.FailuresPerEmail, auth.LockoutTime);
        _mailsPerEmail = PerWindow(auth.MailsPerEmail, auth.LockoutTime);
        _registrations = PerWindow(auth.RegistrationsPerMinute, TimeSpan.FromMinutes(1));
    }

    /// <summary>Refuses another try after too many failures; counts nothing.</summary>
    public Refusal? BeforeSignIn(string email, string address) =>
        Look(_failuresPerEmailAndAddress, Pair(email, address)) ?? Look(_failuresPerEmail, Key(email));

    /// <summary>Counts one failure.</summary>
    public void SignInFailed(string email, string address)
    {
        _failuresPerEmailAndAddress.AttemptAcquire(Pair(email, address)).Dispose();
        _failuresPerEmail.AttemptAcquire(Key(email)).Dispose();
    }

    /// <summary>Counts one mail asked for; refuses when there were too many.</summary>
    public Refusal? MailAskedFor(string email) => Take(_mailsPerEmail, Key(email));

    /// <summary>Counts one registration; refuses when there were too many.</summary>
    public Refusal? Registering(string address) => Take(_registrations, address);

    /// <inheritdoc/>
    public void Dispose()
    {
        _failuresPerEmailAndAddress.Dispose();
        _failuresPerEmail.Dispose();
        _mailsPerEmail.Dispose();
        _registrations.Dispose();
    }

    private static Refusal? Look(PartitionedRateLimiter<string> limiter, string key) => Judge(limiter.AttemptAcquire(key, 0), ProblemKinds.LockedOut);

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

    private static string Key(string email) => email.Trim().ToUpperInvariant();

    private static string Pair(string email, string address) => $"{Key(email)}\n{address}";
}
