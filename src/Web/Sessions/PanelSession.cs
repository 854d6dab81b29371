using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Webrana.Client;
using Webrana.Web.Live;
using Webrana.Wire.Accounts;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Sessions;

/// <summary>What one circuit knows of its user: the API as they see it, their wallet for the top bar, and live changes.</summary>
public sealed class PanelSession(
    AuthenticationStateProvider authentication, WebranaClient client, UserEventHub hub, NavigationManager navigation, TimeProvider time) : IDisposable
{
    readonly List<Action<LiveChange>> _listeners = [];
    IDisposable? _subscription;
    SessionTokenSource? _tokens;
    ClaimsPrincipal _user = new();
    Task? _start;
    int _walletAsked;
    int _walletShown;
    int _profileAsked;
    int _profileShown;

    /// <summary>The API with this user's tokens.</summary>
    public WebranaSession Api { get; private set; } = null!;

    /// <summary>The user's id.</summary>
    public string UserId { get; private set; } = "";

    /// <summary>The name as last read; before the first answer, as it was at sign-in.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The address as last read; before the first answer, as it was at sign-in. A link in a mail may have changed it, in no page of this circuit.</summary>
    public string Email { get; private set; } = "";

    /// <summary>Whether everything of the desk is shown; the API decides what may be done.</summary>
    public bool IsAdmin => IsOneOf(Roles.Admin);

    /// <summary>Whether the person works at the desk.</summary>
    public bool IsStaff => IsOneOf(Roles.Staff);

    /// <summary>Whether acts on money are shown.</summary>
    public bool HasMoney => IsOneOf(Roles.MoneyDesk);

    /// <summary>Whether customers' servers are shown.</summary>
    public bool HasServers => IsOneOf(Roles.CareDesk);

    /// <summary>The wallet as last read; null before the first answer.</summary>
    public Wallet? Wallet { get; private set; }

    /// <summary>
    /// A page ends the login itself and says where it leads: nobody is sent to the sign-in page meanwhile. The hint that a login ended may
    /// overtake the answer to what ended it.
    /// </summary>
    public bool IsEnding { get; set; }

    /// <summary>The wallet was read again.</summary>
    public event Action? WalletChanged;

    /// <summary>The name or the address is another one than was shown.</summary>
    public event Action? ProfileChanged;

    /// <summary>The documents that bind were accepted just now.</summary>
    public event Action? OnTermsAccepted;

    /// <summary>Tells whoever shows that something is missing.</summary>
    public void TermsAccepted() => OnTermsAccepted?.Invoke();

    /// <summary>Whether the person had one of these roles when signing in.</summary>
    /// <param name="roles">Comma-separated.</param>
    public bool IsOneOf(string roles) => roles.Split(',').Any(_user.IsInRole);

    /// <summary>Identifies the user; harmless to repeat.</summary>
    public Task StartAsync() => _start ??= StartOnceAsync();

    /// <summary>Reads the wallet and tells whoever shows it.</summary>
    public async Task<ApiResult<Wallet>> ReadWalletAsync(CancellationToken cancellationToken = default)
    {
        // Two hints in a row are two reads at once, and the answer to the first may be the last to come.
        var asked = ++_walletAsked;
        var read = await Api.WalletAsync(cancellationToken);
        if (read.IsOk && asked > _walletShown)
        {
            _walletShown = asked;
            Wallet = read.Value;
            WalletChanged?.Invoke();
        }

        return read;
    }

    /// <summary>Reads who the user is now and tells whoever shows it: the cookie knows it as of the sign-in.</summary>
    public async Task<ApiResult<Profile>> ReadProfileAsync(CancellationToken cancellationToken = default)
    {
        var asked = ++_profileAsked;
        var read = await Api.MeAsync(cancellationToken);
        if (read.IsOk && asked > _profileShown)
        {
            _profileShown = asked;
            Show(read.Value);
        }

        return read;
    }

    /// <summary>The user changed it here: no answer that is on its way knows better.</summary>
    public void ProfileSaved(Profile saved)
    {
        _profileShown = ++_profileAsked;
        Show(saved);
    }

    /// <summary>Listens to this user's changes until disposed.</summary>
    /// <param name="listener">Called from any thread; must return at once.</param>
    public IDisposable Listen(Action<LiveChange> listener)
    {
        lock (_listeners)
        {
            _listeners.Add(listener);
            _subscription ??= hub.Subscribe(UserId, Api, Publish);
        }

        return new Listening(this, listener);
    }

    /// <summary>Goes to the sign-in page when the session has ended.</summary>
    /// <param name="failure">Of any call.</param>
    /// <returns>Whether that was the case.</returns>
    public bool LeaveIfSignedOut(ApiFailure failure)
    {
        if (!failure.IsSignedOut) return false;
        if (IsEnding) return true;
        var here = "/" + navigation.ToBaseRelativePath(navigation.Uri);
        navigation.NavigateTo($"/login?expired=1&{ReturnUrl.Parameter}={Uri.EscapeDataString(here)}", forceLoad: true);
        return true;
    }

    /// <summary>Leaves for the sign-in page if this login was ended elsewhere. Called when one of the user's logins ended.</summary>
    public async Task LeaveIfEndedAsync()
    {
        if (_tokens is not null && await _tokens.RenewAsync(CancellationToken.None) is { IsOk: false } ended) LeaveIfSignedOut(ended.Failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_listeners)
        {
            _listeners.Clear();
            _subscription?.Dispose();
        }
    }

    async Task StartOnceAsync()
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        UserId = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";
        Name = user.FindFirstValue(ClaimTypes.Name) ?? "";
        Email = user.FindFirstValue(ClaimTypes.Email) ?? "";
        _user = user;
        _tokens = new SessionTokenSource(client.Auth, SessionCookie.Credential(user) ?? "", time);
        Api = client.As(_tokens);
    }

    void Show(Profile profile)
    {
        if ((Name, Email) == (profile.Name, profile.Email)) return;
        (Name, Email) = (profile.Name, profile.Email);
        ProfileChanged?.Invoke();
    }

    void Publish(LiveChange change)
    {
        Action<LiveChange>[] listeners;
        lock (_listeners) listeners = [.. _listeners];
        foreach (var listener in listeners) listener(change);
    }

    sealed class Listening(PanelSession panel, Action<LiveChange> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (panel._listeners) panel._listeners.Remove(listener);
        }
    }
}
