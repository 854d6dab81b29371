using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Webrana.BrowserTesting;
using Webrana.Web.Hosting;
using Webrana.Web.Tests.Fakes;

namespace Webrana.Web.Tests.Browser;

/// <summary>The real Web in this process, on a fake API, with the machine's own browser.</summary>
public sealed class Panel : IAsyncLifetime
{
    IPlaywright? _playwright;
    IBrowser? _browser;

    internal async Task<PanelSite> StartAsync(params string[] settings)
    {
        var api = await FakeApi.StartAsync();
        var keys = Directory.CreateTempSubdirectory("webrana-keys-");
        string[] args =
        [
            "--applicationName", "Webrana.Web", "--contentRoot", RepositoryPath.Of("src", "Web"), "--environment", "Development",
            "--urls", "http://127.0.0.1:0", "--Api:BaseUrl", api.Address.AbsoluteUri, "--Web:KeysFolder", keys.FullName,
            "--Logging:LogLevel:Default", "Warning", .. settings,
        ];
        var web = WebApp.Create(args);
        await web.StartAsync();
        return new PanelSite(api, web, keys, _browser!);
    }

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}

/// <summary>One Web with its API, and people who visit it.</summary>
sealed class PanelSite(FakeApi api, WebApplication web, DirectoryInfo keys, IBrowser browser) : IAsyncDisposable
{
    readonly List<IBrowserContext> _visitors = [];

    public FakeWorld World => api.World;

    public IServiceProvider Services => web.Services;

    public string Address => web.Urls.First();

    /// <summary>A fresh browser profile.</summary>
    public async Task<IPage> VisitAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        // On a busy machine a page is only slow: what never comes fails all the same.
        visitor.SetDefaultTimeout(60_000);
        _visitors.Add(visitor);
        return await visitor.NewPageAsync();
    }

    /// <summary>A fresh browser profile, signed in through the form.</summary>
    public async Task<IPage> SignInAsync(string email = "sari@example.com", string returnUrl = "/servers", int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await VisitAsync(width, height, scheme);
        await page.GotoAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl));
        await page.GetByTestId("email").FillAsync(email);
        await page.GetByTestId("password").FillAsync(FakeWorld.Password);
        await page.GetByTestId("login-submit").ClickAsync();
        // Asked of the page itself. WaitForURLAsync of Playwright for .NET is not: it looks at what it knows of the address, or of the load, and
        // only then begins to listen for a change, while its other thread may be handling just that. What was missed so is waited for in vain.
        await Assertions.Expect(page).ToHaveURLAsync(returnUrl);
        return page;
    }

    /// <summary>
    /// The sheet that was opened by an element has taken the focus from it: what is typed before may go beside it. A person sees that; keys do not.
    /// </summary>
    public static async Task HasFocusAsync(ILocator sheet) => await sheet.Page.WaitForFunctionAsync(
        "sheet => document.activeElement !== document.body && !!document.activeElement.closest('.mud-dialog-container, [role=dialog]')?.contains(sheet)",
        await sheet.ElementHandleAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in _visitors) await visitor.CloseAsync();
        await web.StopAsync();
        await web.DisposeAsync();
        await api.DisposeAsync();
        keys.Delete(recursive: true);
    }
}
