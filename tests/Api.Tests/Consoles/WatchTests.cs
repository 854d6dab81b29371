using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Consoles;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Data.Network;

namespace Webrana.Api.Tests.Consoles;

/// <summary>Limits, looks and addresses, without a process and on virtual time.</summary>
public sealed class WatchTests : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly FakeTimeProvider _clock = new();
    readonly ConsoleOptions _options = new();
    readonly FakeAccess _access = new();
    readonly ConsoleTraffic _traffic;

    public WatchTests() => _traffic = new ConsoleTraffic(_clock);

    [Fact]
    public async Task Fifteen_minutes_without_input_end_it_and_input_puts_that_off()
    {
        var watching = Watch();
        _clock.Advance(TimeSpan.FromMinutes(14));
        await _access.CheckedAsync(1);
        _traffic.Input();
        _clock.Advance(TimeSpan.FromMinutes(14));
        await _access.CheckedAsync(2);
        // What the server sends is no input.
        _traffic.Sending();
        _traffic.Taken(1000);
        Assert.False(watching.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(ConsoleEnd.Idle, await watching.WaitAsync(Patience));
    }

    [Fact]
    public async Task Four_hours_end_it_however_busy_it_is()
    {
        var watching = Watch();
        for (var look = 1; look <= 24; look++)
        {
            Assert.False(watching.IsCompleted);
            _traffic.Input();
            _clock.Advance(TimeSpan.FromMinutes(9.95));
            await _access.CheckedAsync(look);
        }

        _traffic.Input();
        _clock.Advance(TimeSpan.FromMinutes(1.3));
        Assert.Equal(ConsoleEnd.TooLong, await watching.WaitAsync(Patience));
    }

    [Fact]
    public async Task The_right_to_it_is_looked_at_every_minute_and_at_every_hint()
    {
        var watching = Watch();
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _access.Checks);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await _access.CheckedAsync(1);
        _access.Hint();
        await _access.CheckedAsync(2);
        _access.Answer = ConsoleEnd.SignedOut;
        _access.Hint();
        Assert.Equal(ConsoleEnd.SignedOut, await watching.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_cluster_that_is_away_for_a_moment_ends_nothing_and_for_long_everything()
    {
        _access.Away = true;
        var watching = Watch();
        _clock.Advance(TimeSpan.FromSeconds(61));
        await _access.CheckedAsync(1);
        Assert.False(watching.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(ConsoleEnd.Blind, await watching.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_browser_that_takes_in_nothing_is_cut_off_after_a_minute()
    {
        var watching = Watch();
        _traffic.Sending();
        _clock.Advance(TimeSpan.FromSeconds(55));
        Assert.False(watching.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(ConsoleEnd.SlowReader, await watching.WaitAsync(Patience));
    }

    [Fact]
    public void A_ticket_reads_back_for_its_server_and_kind_until_it_is_old_and_altered_never()
    {
        var tickets = new ConsoleTickets(new EphemeralDataProtectionProvider(), _clock);
        var pass = Pass(_clock.GetUtcNow().AddSeconds(60));
        var text = tickets.Seal(pass);
        Assert.Matches("^[A-Za-z0-9_-]+$", text); // fit for a subprotocol
        var read = tickets.Read(text, pass.Instance, pass.Kind)!;
        Assert.Equal(pass.Hash, read.Hash);
        Assert.Equal(256, 8 * read.Secret.Length);
        Assert.NotEqual(read.Secret, ConsoleTickets.NewSecret());
        Assert.Equal(pass with { Secret = read.Secret, ExpiresAt = read.ExpiresAt }, read);
        Assert.Null(tickets.Read(text, new InstanceId(Guid.NewGuid()), pass.Kind));
        Assert.Null(tickets.Read(text, pass.Instance, ConsoleKind.Ssh));
        for (var at = 0; at < text.Length; at += 7)
            Assert.Null(tickets.Read(text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..], pass.Instance, pass.Kind));
        Assert.Null(tickets.Read("", pass.Instance, pass.Kind));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(tickets.Read(text, pass.Instance, pass.Kind));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("165.22.123.45", true)]
    [InlineData("2604:a880:4:1d0::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    public void Only_the_public_Internet_is_public(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Contain(IPAddress.Parse(address)));

    [Fact]
    public async Task Outside_the_sandbox_only_encrypted_addresses_of_allowed_hosts_that_are_public_are_connected_to()
    {
        _options.AllowedHosts.Add(".vnc.example.com");
        _options.AllowedHosts.Add("localhost");
        var guard = new UpstreamGuard(Options.Create(_options));
        Assert.Equal("sgp1.vnc.example.com", guard.Check("wss://sgp1.vnc.example.com/x?token=1").Host);
        foreach (var url in new[] { "ws://sgp1.vnc.example.com/", "wss://vnc.example.com.evil.example/", "wss://evilvnc.example.com/", "wss://8.8.8.8/", "https://sgp1.vnc.example.com/", "wss://a:b@sgp1.vnc.example.com/", "" })
            Assert.Equal(ConsoleEnd.AddressRefused, Assert.Throws<ConsoleLineException>(() => guard.Check(url)).End);
        // An allowed name that leads inside.
        guard.Check("wss://localhost/");
        Assert.Equal(ConsoleEnd.AddressRefused, (await Assert.ThrowsAsync<ConsoleLineException>(() => guard.ResolveAsync("localhost", default))).End);
    }

    public ValueTask DisposeAsync() => _access.DisposeAsync();

    Task<ConsoleEnd> Watch() => new ConsoleWatch(Pass(_clock.GetUtcNow()), _traffic, _access, _options, _clock).RunAsync(_access, TestContext.Current.CancellationToken);

    static ConsolePass Pass(DateTimeOffset expiresAt) =>
        new(Guid.NewGuid(), new InstanceId(Guid.NewGuid()), new UserId(Guid.NewGuid()), Guid.NewGuid(), false, ConsoleKind.Vnc, expiresAt, ConsoleTickets.NewSecret());

    sealed class FakeAccess : IConsoleAccess, IConsoleHints
    {
        readonly SemaphoreSlim _hints = new(0);
        readonly SemaphoreSlim _checked = new(0);

        public ConsoleEnd? Answer { get; set; }

        public bool Away { get; set; }

        public int Checks { get; private set; }

        public void Hint() => _hints.Release();

        /// <summary>Waits for the next look.</summary>
        public async Task CheckedAsync(int count)
        {
            Assert.True(await _checked.WaitAsync(Patience), $"There was no look {count}.");
            Assert.Equal(count, Checks);
        }

        public Task NextAsync(CancellationToken cancellation) => _hints.WaitAsync(cancellation);

        public Task RenewAsync() => Task.CompletedTask;

        public Task<ConsoleEnd?> CheckAsync(ConsolePass pass, CancellationToken cancellation)
        {
            Checks++;
            _checked.Release();
            return Away ? throw new TimeoutException() : Task.FromResult(Answer);
        }

        public Task<Result<ConsoleUpstream, ConsoleError>> RedeemAsync(ConsolePass pass, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IConsoleHints> ListenAsync(ConsolePass pass, UserId owner) => Task.FromResult<IConsoleHints>(this);

        public Task<ConsoleDoor> OpenSshAsync(ConsolePass pass) => throw new NotSupportedException();

        public Task EndAsync(ConsolePass pass, ConsoleTraffic traffic) => Task.CompletedTask;

        public ValueTask DisposeAsync()
        {
            _hints.Dispose();
            _checked.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
