using Npgsql;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Data.Protection;
using Webrana.Ssh;

namespace Webrana.Api.Consoles;

/// <summary>The right to a console: the login it was asked for with, the admin's role, the server and its slot.</summary>
internal sealed partial class ConsoleAccess(SessionStore sessions, IClusterClient cluster, AccessSeal seal, TimeProvider clock, ILogger<ConsoleAccess> log) : IConsoleAccess
{
    /// <summary>Nobody could be asked; that is not an answer.</summary>
    public static bool IsAway(Exception exception) => exception is NpgsqlException || ClusterAway.Is(exception);

    /// <inheritdoc/>
    public async Task<Result<ConsoleUpstream, ConsoleError>> RedeemAsync(ConsolePass pass, CancellationToken cancellation)
    {
        if (!await sessions.StandsAsync(pass.User, pass.Login, pass.AsAdmin, cancellation))
            return ConsoleError.InvalidTicket;
        return await cluster.GetGrain<IConsoleSessionGrain>(GrainKeys.Console(pass.Session))
            .Redeem(new RedeemConsole(pass.Instance, pass.User, pass.Kind, pass.Hash));
    }

    /// <inheritdoc/>
    public async Task<IConsoleHints> ListenAsync(ConsolePass pass, UserId owner) => await ConsoleHints.OpenAsync(cluster, pass, owner, clock);

    /// <inheritdoc/>
    public async Task<ConsoleEnd?> CheckAsync(ConsolePass pass, CancellationToken cancellation)
    {
        if (!await sessions.StandsAsync(pass.User, pass.Login, pass.AsAdmin, cancellation))
            return ConsoleEnd.SignedOut;
        var renewed = await Droplet(pass).RenewConsole(Session(pass));
        return renewed.Error switch
        {
            null => null,
            ConsoleError.InvalidState or ConsoleError.NotFound => ConsoleEnd.NotRunning,
            _ => ConsoleEnd.Revoked,
        };
    }

    /// <inheritdoc/>
    public async Task<ConsoleDoor> OpenSshAsync(ConsolePass pass)
    {
        var server = cluster.GetGrain<IDropletAccessGrain>(GrainKeys.Droplet(pass.Instance));
        var opened = await server.Open();
        if (!opened.TryGet(out var door))
            throw new ConsoleLineException(opened.Error == AccessError.InvalidState ? ConsoleEnd.NotRunning : ConsoleEnd.Unreachable, $"no door: {opened.Error}");
        var key = seal.Open(door.SealedKey, clock.GetUtcNow()) ?? throw new ConsoleLineException(ConsoleEnd.Unreachable, "the managed key could not be unsealed in time");
        return new ConsoleDoor(new SshTarget(door.Host, door.Port, door.User, key, door.HostKey), async met =>
            (await server.Pin(new PinHostKey(met, door.Generation))).TryGet(out var pinned) && pinned.HostKey == met);
    }

    /// <inheritdoc/>
    public async Task EndAsync(ConsolePass pass, ConsoleTraffic traffic)
    {
        try
        {
            await Droplet(pass).EndConsole(new EndConsole(Session(pass), (long)traffic.Open.TotalMilliseconds, traffic.Sent, traffic.Received));
        }
        catch (Exception away) when (IsAway(away))
        {
            LogSlotLeft(log, pass.Session, away.Message);
        }
    }

    private IDropletConsoles Droplet(ConsolePass pass) => cluster.GetGrain<IDropletConsoles>(GrainKeys.Droplet(pass.Instance));

    private static string Session(ConsolePass pass) => pass.Session.ToString("D");

    [LoggerMessage(1, LogLevel.Warning, "Console {Session}: its slot could not be given back and will lapse: {Why}")]
    private static partial void LogSlotLeft(ILogger logger, Guid session, string why);
}
