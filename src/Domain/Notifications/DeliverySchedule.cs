namespace Webrana.Domain.Notifications;

/// <summary>When something that could not be delivered is tried again, and when it no longer is.</summary>
public static class DeliverySchedule
{
    /// <summary>Between two attempts at most.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>How long a delivery is tried at least.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(72);

    /// <summary>And how often at least, so that a machine that slept for a week does not give up at its first look.</summary>
    public const int FewestAttempts = 12;

    /// <summary>How long a mailed link opens anything, and so how long its mail is worth a try.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromDays(1);

    /// <summary>What has failed since then or longer has failed for good; null: nothing has, however long it is, for we hardly tried.</summary>
    /// <param name="attempts">Made so far, the failed one included.</param>
    public static DateTimeOffset? EndsFailingSince(int attempts, DateTimeOffset now) => attempts >= FewestAttempts ? now - Patience : null;

    /// <summary>10 s, doubling to an hour; null when it is given up.</summary>
    /// <param name="attempts">Made so far, the failed one included.</param>
    public static DateTimeOffset? NextTry(int attempts, DateTimeOffset createdAt, DateTimeOffset now)
    {
        if (createdAt <= EndsFailingSince(attempts, now))
            return null;
        var pause = TimeSpan.FromSeconds(10L << Math.Clamp(attempts - 1, 0, 9));
        return now + (pause < LongestPause ? pause : LongestPause);
    }

    /// <summary>The same for a mail with a link in it; null, too, where the next try would bring one that opens nothing, however few there were.</summary>
    /// <param name="attempts">Made so far, the failed one included.</param>
    /// <param name="madeAt">When the link was.</param>
    public static DateTimeOffset? NextTryOfLink(int attempts, DateTimeOffset createdAt, DateTimeOffset madeAt, DateTimeOffset now) =>
        NextTry(attempts, createdAt, now) is { } again && again - madeAt < LinkLife ? again : null;
}
