namespace Webrana.Grains.Droplets;

/// <summary>
/// Why something ended as it did: stable codes, put into words where they are read, in the reader's language. A code may carry one value
/// after a colon (<c>replaced:203.0.113.7</c>).
/// </summary>
public static class Reasons
{
    public const string NoCapacity = "no_capacity";
    public const string Refused = "refused";
    public const string TimedOut = "timed_out";
    public const string NotBuilt = "not_built";
    public const string NotConfirmed = "not_confirmed";
    public const string HoldLost = "hold_lost";
    public const string GivenUp = "given_up";
    public const string Cancelled = "cancelled";
    public const string DeletedMeanwhile = "deleted_meanwhile";
    public const string Busy = "busy";
    public const string ActionFailed = "action_failed";
    public const string Vanished = "vanished";
    public const string GuestIgnored = "guest_ignored";
    public const string PasswordReady = "password_ready";
    public const string PasswordMailedToUs = "password_at_support";
    public const string KeysNotPlaced = "keys_not_placed";
    public const string NotReentered = "not_reentered";
    public const string PutBackWhileOff = "put_back_while_off";
    public const string ReplacementLate = "replacement_late";
    public const string ReplacementRefused = "replacement_refused";
    public const string NotEnoughBalance = "not_enough_balance";
    public const string RenewalOff = "renewal_off";
    public const string ResizedButOff = "resized_but_off";
    public const string SnapshotLimit = "snapshot_limit";
    public const string ImageGone = "image_gone";
    public const string BackupsOff = "backups_off";
    public const string FirewallRefused = "firewall_refused";

    /// <summary>The provider refused it, in its own words.</summary>
    /// <param name="words">Plain text; empty where it said nothing.</param>
    public static string ProviderSaid(string? words) => string.IsNullOrEmpty(words) ? ActionFailed : $"provider_said:{words}";

    /// <summary>The server has another address now.</summary>
    public static string Replaced(string ipv4) => $"replaced:{ipv4}";
}
