using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Client;

public sealed class FactoryTests
{
    const string Secret = "dop_v1_very-secret";

    [Theory]
    [InlineData("http://api.digitalocean.com")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("file:///etc/passwd")]
    public async Task A_token_does_not_travel_in_the_clear(string address)
    {
        await using var services = Rig.Services();
        var factory = services.GetRequiredService<DigitalOceanClientFactory>();
        Assert.Throws<ArgumentException>(() => factory.For(new Uri(address), Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("rahasia\u00e9")]
    public async Task A_token_that_cannot_be_a_header_is_refused_without_being_quoted(string token)
    {
        await using var services = Rig.Services();
        var factory = services.GetRequiredService<DigitalOceanClientFactory>();
        var refused = Assert.Throws<ArgumentException>(() => factory.For(DigitalOceanClientFactory.PublicApi, token));
        Assert.True(token.Length == 0 || !refused.Message.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_is_in_no_text_and_no_log_of_any_level()
    {
        var log = new Capture();
        await using var rig = await Rig.StartAsync(
            simulator => simulator.Tokens = [Secret],
            services: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)));

        (await rig.Client.GetAccountAsync(Rig.Stop)).Value();
        (await rig.CreateAsync()).Value();
        await rig.Simulator.DisposeAsync();
        var lost = Assert.IsType<ProviderResult<Account>.Unknown>(await rig.Client.GetAccountAsync(Rig.Stop));

        Assert.DoesNotContain(Secret, rig.Client.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, lost.ToString(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains("Authorization", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void User_data_and_console_addresses_stay_out_of_texts()
    {
        Assert.DoesNotContain("hunter2", (Rig.Wish() with { UserData = "password: hunter2" }).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wss", new ConsoleGrant { Url = "wss://secret" }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_accounts_are_used_at_once_and_do_not_see_each_other()
    {
        await using var rig = await Rig.StartAsync(simulator => simulator.Tokens = ["first", "second"]);
        var droplet = await rig.CreateActiveAsync();
        var other = rig.ClientFor("second");

        Assert.Empty((await other.ListAllDropletsAsync(cancellationToken: Rig.Stop)).Value());
        Assert.True((await other.GetDropletAsync(droplet.Id, Rig.Stop)).Refusal().IsNotFound);
        Assert.True((await other.DeleteDropletAsync(droplet.Id, Rig.Stop)).Refusal().IsNotFound);
        Assert.Single((await rig.Client.ListAllDropletsAsync(cancellationToken: Rig.Stop)).Value());
        Assert.NotEqual((await other.GetAccountAsync(Rig.Stop)).Value().Uuid, (await rig.Client.GetAccountAsync(Rig.Stop)).Value().Uuid);
    }

    [Fact]
    public void A_result_is_carried_over_with_another_value()
    {
        var refusal = new Refusal(404, "not_found", "x", null, null, RateLimit.Untold);
        ProviderResult<int>[] all =
        [
            new ProviderResult<int>.Ok(4, RateLimit.Untold),
            new ProviderResult<int>.Refused(refusal),
            new ProviderResult<int>.Unknown(UnknownReason.Timeout, "x"),
            new ProviderResult<int>.NotSent(NotSentReason.TooLate),
        ];
        var mapped = all.Select(one => one.Map(value => $"{value}")).ToList();
        Assert.True(mapped[0].TryGetValue(out var text));
        Assert.Equal("4", text);
        Assert.Same(refusal, mapped[1].WhyRefused);
        Assert.Equal(UnknownReason.Timeout, mapped[2].Unknown());
        Assert.Equal(NotSentReason.TooLate, mapped[3].NotSent());
        Assert.False(mapped[3].TryGetValue(out _));
        Assert.Null(mapped[3].WhyRefused);
    }

    sealed class Capture : ILoggerProvider, ILogger
    {
        readonly Lock _gate = new();
        readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_gate)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
                _lines.Add($"{formatter(state, exception)} {state} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
