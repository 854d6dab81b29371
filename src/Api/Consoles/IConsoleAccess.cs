using Webrana.Contracts;
using Webrana.Contracts.Consoles;

namespace Webrana.Api.Consoles;

/// <summary>Everything a console asks of the cluster and of the identity tables.</summary>
internal interface IConsoleAccess
{
    /// <summary>Uses the ticket up and takes a slot.</summary>
    Task<Result<ConsoleUpstream, ConsoleError>> RedeemAsync(ConsolePass pass, CancellationToken cancellation);

    /// <summary>Listens for what should make us look at once.</summary>
    Task<IConsoleHints> ListenAsync(ConsolePass pass, UserId owner);

    /// <summary>Whether it may go on: null, or why not. Throws what <see cref="ConsoleAccess.IsAway"/> knows when nobody can be asked.</summary>
    Task<ConsoleEnd?> CheckAsync(ConsolePass pass, CancellationToken cancellation);

    /// <summary>The door to the server of a redeemed ticket.</summary>
    /// <exception cref="ConsoleLineException">There is none.</exception>
    Task<ConsoleDoor> OpenSshAsync(ConsolePass pass);

    /// <summary>Gives the slot back and says what was carried. Never throws: a slot that cannot be given back lapses.</summary>
    Task EndAsync(ConsolePass pass, ConsoleTraffic traffic);
}

/// <summary>Hints that the right to a console may have ended.</summary>
internal interface IConsoleHints : IAsyncDisposable
{
    /// <summary>Completes at the next one.</summary>
    Task NextAsync(CancellationToken cancellation);

    /// <summary>Keeps listening; called every few seconds.</summary>
    Task RenewAsync();
}
