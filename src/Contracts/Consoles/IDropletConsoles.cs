using Orleans.Concurrency;

namespace Webrana.Contracts.Consoles;

/// <summary>
/// A server's consoles, as its droplet grain keeps them: two slots, each a lease that whoever carries the bytes renews every minute.
/// Start and end stand in the activity log. Key <c>droplet:{instanceId}</c>.
/// </summary>
[Alias("droplet-consoles")]
public interface IDropletConsoles : IGrainWithStringKey
{
    /// <summary>What a console of this server would lead to; refused while it may have none.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("target")]
    Task<Result<ConsoleTarget, ConsoleError>> ConsoleTarget();

    /// <summary>Takes a slot. The same session again keeps the one it has.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("take")]
    Task<Result<Done, ConsoleError>> TakeConsole(TakeConsole command);

    /// <summary>Asks whether the session may go on, and prolongs its lease when it may.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("renew")]
    Task<Result<Done, ConsoleError>> RenewConsole(string session);

    /// <summary>Gives the slot back and completes its line in the activity log. Told twice it changes nothing again.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("end")]
    Task EndConsole(EndConsole command);

    /// <summary>Ends every open console: each learns it at its next renewal, which this brings about at once.</summary>
    /// <returns>How many there were.</returns>
    [Alias("revoke")]
    Task<int> RevokeConsoles();

    /// <summary>The open ones.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("list")]
    Task<IReadOnlyList<ConsoleView>> Consoles();
}

/// <param name="DropletId">The provider's id.</param>
/// <param name="AccountId">Our id of the provider account.</param>
[GenerateSerializer, Immutable, Alias("console-target")]
public sealed record ConsoleTarget(
    [property: Id(0)] UserId Owner,
    [property: Id(1)] long DropletId,
    [property: Id(2)] string AccountId,
    [property: Id(3)] string? Ipv4);

/// <param name="Owner">Whose server it was when the ticket was given; refused when it is somebody else's by now. Null asks nothing.</param>
[GenerateSerializer, Immutable, Alias("take-console")]
public sealed record TakeConsole(
    [property: Id(0)] string Session,
    [property: Id(1)] ConsoleKind Kind,
    [property: Id(2)] string Actor,
    [property: Id(3)] UserId? Owner = null);

/// <param name="DurationMs">From the first byte to the last.</param>
/// <param name="SentBytes">From the browser to the server.</param>
/// <param name="ReceivedBytes">From the server to the browser.</param>
[GenerateSerializer, Immutable, Alias("end-console")]
public sealed record EndConsole(
    [property: Id(0)] string Session,
    [property: Id(1)] long DurationMs,
    [property: Id(2)] long SentBytes,
    [property: Id(3)] long ReceivedBytes);

/// <summary>An open console.</summary>
[GenerateSerializer, Immutable, Alias("console-view")]
public sealed record ConsoleView(
    [property: Id(0)] string Session,
    [property: Id(1)] ConsoleKind Kind,
    [property: Id(2)] string Actor,
    [property: Id(3)] DateTimeOffset OpenedAt);
