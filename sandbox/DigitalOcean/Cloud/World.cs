using Webrana.Sandbox.DigitalOcean.Guests;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Cloud;

/// <summary>
/// All accounts, their clock and what shall go wrong. Nothing happens in the background: whenever somebody looks, everything that is due
/// by then is worked off first. So a test that turns the clock needs to wait for nothing.
/// </summary>
internal sealed class World
{
    readonly Lock _gate = new();
    readonly IReadOnlyList<string> _tokens;
    readonly StateFile? _file;
    bool _dirty;

    public World(IReadOnlyList<string> tokens, SimulatorSettings settings, StateFile? file, TimeProvider realClock)
    {
        (_tokens, _file, RealClock) = (tokens, file, realClock);
        State = file?.Load() ?? new SimulatorState { Settings = settings };
        for (var number = State.Accounts.Count + 1; number <= tokens.Count; number++)
            State.Accounts.Add(new AccountState { Number = number });
        Rates = new RateWindows(realClock);
        Requests = new RequestLog(realClock);
        file?.Save(State);
    }

    public TimeProvider RealClock { get; }

    public SimulatorState State { get; }

    public FaultBoard Faults { get; } = new();

    public GuestRoom Guests { get; } = new();

    public RateWindows Rates { get; }

    public RequestLog Requests { get; }

    /// <summary>What tokens may do that have no full access.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Scopes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The machine's clock: how far actions are.</summary>
    public long RealMs => RealClock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The simulator's clock: what timestamps and metrics say.</summary>
    public long NowMs => RealMs + State.ClockOffsetMs;

    public AccountState? AccountOf(string token)
    {
        for (var index = 0; index < _tokens.Count; index++)
        {
            if (_tokens[index] == token)
                return State.Accounts[index];
        }
        return null;
    }

    /// <summary>Works off what is due, runs the call and keeps the outcome before it is answered.</summary>
    public T Run<T>(Func<T> call)
    {
        lock (_gate)
        {
            foreach (var account in State.Accounts)
                Progress.Settle(this, account);
            Guests.Settle(this);
            var answer = call();
            if (_dirty)
                _file?.Save(State);
            _dirty = false;
            return answer;
        }
    }

    /// <summary>Something changed that must survive a restart.</summary>
    public void Changed() => _dirty = true;

    /// <summary>Ids grow; each account has its own range, so that a foreign id is never one's own.</summary>
    public long NextId(AccountState account, long start)
    {
        Changed();
        return start + account.Number * 10_000_000L + ++account.LastId;
    }

    /// <summary>Turns the clock to this distance from the machine's; false when that would be backwards.</summary>
    public bool TryMoveClock(long offsetMs) => Run(() =>
    {
        if (offsetMs < State.ClockOffsetMs)
            return false;
        State.ClockOffsetMs = offsetMs;
        Changed();
        return true;
    });
}
