using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Client;
using Webrana.Web.Live;
using Webrana.Web.Sessions;
using Webrana.Web.Tests.Fakes;

namespace Webrana.Web.Tests.Sessions;

public sealed class PanelSessionTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_older_answer_about_the_wallet_that_comes_late_does_not_hide_the_newer_one()
    {
        await using var api = await FakeApi.StartAsync();
        using var http = new HttpClient { BaseAddress = api.Address };
        using var panel = await PanelAsync(http);
        var (onItsWay, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        api.World.WalletGate = () =>
        {
            onItsWay.SetResult();
            return late.Task;
        };
        var older = panel.ReadWalletAsync(TestContext.Current.CancellationToken);
        await onItsWay.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        api.World.WalletGate = () => Task.CompletedTask;
        api.World.Wallet = api.World.Wallet with { Balance = 575_000 };
        Assert.Equal(575_000, (await panel.ReadWalletAsync(TestContext.Current.CancellationToken)).Value!.Balance);

        late.SetResult();
        Assert.NotEqual(575_000, (await older).Value!.Balance);
        Assert.Equal(575_000, panel.Wallet!.Balance);
    }

    [Fact]
    public async Task An_address_that_was_changed_elsewhere_takes_the_place_of_the_one_at_sign_in_and_an_older_answer_or_read_does_not_bring_it_back()
    {
        await using var api = await FakeApi.StartAsync();
        using var http = new HttpClient { BaseAddress = api.Address };
        using var panel = await PanelAsync(http);
        Assert.Equal(("Sari", "sari.lama@example.com"), (panel.Name, panel.Email));
        var told = 0;
        panel.ProfileChanged += () => told++;
        var (onItsWay, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        api.World.ProfileGate = () =>
        {
            onItsWay.SetResult();
            return late.Task;
        };
        var older = panel.ReadProfileAsync(TestContext.Current.CancellationToken);
        await onItsWay.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        api.World.ProfileGate = () => Task.CompletedTask;
        api.World.Users[0] = api.World.Users[0] with { Email = "sari.baru@example.com" };
        Assert.True((await panel.ReadProfileAsync(TestContext.Current.CancellationToken)).IsOk);
        Assert.Equal((1, "sari.baru@example.com"), (told, panel.Email));

        late.SetResult();
        Assert.NotEqual("sari.baru@example.com", (await older).Value!.Email);
        Assert.Equal((1, "sari.baru@example.com"), (told, panel.Email));
        await panel.ReadProfileAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, told); // Nothing new.

        panel.ProfileSaved((await panel.ReadProfileAsync(TestContext.Current.CancellationToken)).Value! with { Name = "Sari Dewi" });
        Assert.Equal((2, "Sari Dewi"), (told, panel.Name));
    }

    static async Task<PanelSession> PanelAsync(HttpClient http)
    {
        var time = TimeProvider.System;
        var panel = new PanelSession(
            new SignedIn(), new WebranaClient(http), new UserEventHub(time, new Random(7), NullLogger<UserEventHub>.Instance), new Nowhere(), time);
        await panel.StartAsync();
        return panel;
    }

    sealed class SignedIn : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(
            new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, FakeWorld.UserId), new Claim(ClaimTypes.Name, "Sari"), new Claim(ClaimTypes.Email, "sari.lama@example.com"),
                new Claim("session", "session-customer"),
            ], "test"))));
    }

    sealed class Nowhere : NavigationManager
    {
        public Nowhere() => Initialize("http://localhost/", "http://localhost/");
    }
}
