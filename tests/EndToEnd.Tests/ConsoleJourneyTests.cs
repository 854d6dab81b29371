using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using Webrana.Client;
using Webrana.Testing;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>Consoles in a real browser, with a real VNC server and a real sshd at their far end.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class ConsoleJourneyTests(RunningSandbox sandbox) : IAsyncLifetime
{
    const int PasteBytes = 1024 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly LocatorAssertionsToBeVisibleOptions Visible = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToHaveAttributeOptions Attribute = new() { Timeout = 120_000 };

    readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("webrana-console-");
    string _instance = "";
    IPage _page = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Whoever the guest's shell runs as must be able to write here.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_files.FullName, (UnixFileMode)0b111_111_111);
        _instance = await RunningServerAsync();
        _page = await sandbox.VisitAsync(1100, 760);
        await _page.GotoAsync("/login");
        await _page.GetByTestId("email").FillAsync(sandbox.Addresses.Logins.Customer.Email);
        await _page.GetByTestId("password").FillAsync(sandbox.Addresses.Logins.Customer.Password);
        await _page.GetByTestId("login-submit").ClickAsync();
        await _page.WaitForURLAsync("**/servers");
        await _page.GotoAsync($"/servers/{_instance}");
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.CloseAsync();
        _files.Delete(recursive: true);
    }

    [Fact]
    public async Task The_screen_of_a_real_VNC_server_is_driven_by_noVNC()
    {
        await using var vnc = await VncDisplay.StartAsync();
        await SettingsAsync(new { vncServer = vnc.Address });
        try
        {
            await _page.GetByTestId("open-console").ClickAsync();
            await OpenAsync("VNC");
            var canvas = _page.Locator("[data-console-stage] canvas");
            await Expect(canvas).ToBeVisibleAsync(Visible);
            // Focus follows the pointer where there is no window manager.
            await canvas.ClickAsync();
            var before = await canvas.ScreenshotAsync();
            var proof = Path.Combine(_files.FullName, "typed");
            await _page.Keyboard.TypeAsync($"seq 1 99; echo halo > {proof}\n", new() { Delay = 20 });
            await Eventually.Async(() => File.Exists(proof) && File.ReadAllText(proof) == "halo\n", Patience, "the command was run by the terminal on that display", Stop);
            await Eventually.Async(async () => !(await canvas.ScreenshotAsync()).AsSpan().SequenceEqual(before), Patience, "the picture changed", Stop);
        }
        finally
        {
            await SettingsAsync(new { vncServer = (string?)null });
        }
    }

    [Fact]
    public async Task A_real_sshd_is_driven_through_xterm()
    {
        Assert.True(File.Exists("/usr/bin/vim"), "vim is not installed (Debian, Ubuntu: apt-get install vim).");
        await _page.GotoAsync($"/servers/{_instance}/console?kind=SSH");
        await OpenAsync("SSH");

        await TypeAsync("uname -a");
        await ShowsAsync("Linux ");

        // The size of the terminal is the window's, before and after it changes.
        var wide = await SizeAsync();
        await TypeAsync("clear; stty size");
        await ShowsAsync(wide);
        await _page.SetViewportSizeAsync(820, 520);
        await Eventually.Async(async () => await SizeAsync() != wide, Patience, "the terminal follows the window", Stop);
        await TypeAsync("clear; stty size");
        await ShowsAsync(await SizeAsync());

        // A full-screen program: draws, takes keys, writes, and gives the screen back.
        var file = Path.Combine(_files.FullName, "vim.txt");
        await TypeAsync($"vim -u NONE {file}");
        await ShowsAsync("[New");
        await _page.Keyboard.TypeAsync("ihalo dari vim");
        await _page.Keyboard.PressAsync("Escape");
        await _page.Keyboard.TypeAsync(":wq\n");
        await Eventually.Async(() => File.Exists(file) && File.ReadAllText(file) == "halo dari vim\n", Patience, "vim wrote the file", Stop);
        // It is written before vim has gone, and vim swallows what is typed until then.
        await Eventually.Async(() => TerminalAsync("t.buffer.active.type === 'normal'"), Patience, "vim gave the screen back", Stop);

        // One mebibyte, in lines a terminal can take, by a paste as a person does it.
        var pasted = string.Concat(Enumerable.Range(0, PasteBytes / 64).Select(line => line.ToString("D63", CultureInfo.InvariantCulture) + "\n"));
        var big = Path.Combine(_files.FullName, "pasted");
        await TypeAsync($"stty -echo; cat > {big}; stty echo; sha256sum {big}");
        await Eventually.Async(() => File.Exists(big), Patience, "cat waits", Stop);
        // The shell's prompt asks for brackets around a paste; cat would take them for text.
        await Eventually.Async(() => TerminalAsync("!t.modes.bracketedPasteMode"), Patience, "the terminal heard that the prompt is gone", Stop);
        await _page.EvaluateAsync("""
            text => {
              const data = new DataTransfer();
              data.setData('text/plain', text);
              document.querySelector('.xterm-helper-textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """, pasted);
        await Eventually.Async(() => new FileInfo(big).Length >= PasteBytes - 4096, Patience, "it arrived", Stop);
        await _page.Keyboard.PressAsync("Control+d");
        await ShowsAsync(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(pasted))));

        // Switching the server off ends it, with words.
        var api = await SignedInAsync();
        Assert.True((await api.PowerOffAsync(_instance, IdempotencyKey.New(), Stop)).IsOk);
        await Expect(_page.GetByTestId("console-ended")).ToHaveAttributeAsync("data-reason", "not_running", Attribute);
    }

    async Task OpenAsync(string kind)
    {
        await Expect(_page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open", Attribute);
        await Expect(_page.GetByTestId("console")).ToHaveAttributeAsync("data-kind", kind, Attribute);
    }

    Task TypeAsync(string command) => _page.Keyboard.TypeAsync(command + "\n", new() { Delay = 10 });

    /// <summary>Waits until the terminal shows a text that is not only the command itself.</summary>
    Task ShowsAsync(string text) => Eventually.Async(
        async () => (await ScreenAsync()).Split('\n').Any(line => line.Contains(text, StringComparison.Ordinal) && !line.Contains("# ", StringComparison.Ordinal)),
        Patience, $"the terminal shows '{text}'", Stop);

    Task<string> ScreenAsync() => _page.EvaluateAsync<string>("""
        () => {
          const buffer = document.querySelector('[data-testid=console]').consoleFar.terminal.buffer.active;
          return Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row).translateToString(true)).join('\n');
        }
        """);

    Task<bool> TerminalAsync(string condition) =>
        _page.EvaluateAsync<bool>($"() => {{ const t = document.querySelector('[data-testid=console]').consoleFar.terminal; return {condition}; }}");

    /// <summary>As stty prints it: rows, then columns.</summary>
    Task<string> SizeAsync() => _page.EvaluateAsync<string>(
        "() => { const t = document.querySelector('[data-testid=console]').consoleFar.terminal; return `${t.rows} ${t.cols}`; }");

    async Task<WebranaSession> SignedInAsync()
    {
        var client = new WebranaClient(new HttpClient { BaseAddress = new Uri(sandbox.Addresses.Api + "/") });
        var login = sandbox.Addresses.Logins.Customer;
        return client.As((await client.Auth.LoginAsync(new LoginRequest(login.Email, login.Password), Stop)).Value!.AccessToken);
    }

    async Task<string> RunningServerAsync()
    {
        var api = await SignedInAsync();
        var deposit = (await api.CreateDepositAsync(new CreateDepositRequest(500_000, "QRIS"), IdempotencyKey.New(), Stop)).Value!;
        await sandbox.PayAsync(deposit.PaymentRef!);
        await Eventually.Async(async () => (await api.DepositAsync(deposit.Id, Stop)).Value?.Status == DepositStatus.Paid, Patience, "the deposit is paid", Stop);
        var plan = await sandbox.CheapestMonthlyPlanAsync("sgp1");
        var order = await api.CreateOrderAsync(
            new CreateOrderRequest(plan.Id, "sgp1", await sandbox.UbuntuAsync(), $"konsol-{Guid.NewGuid():N}"[..14]), IdempotencyKey.New(), Stop);
        Assert.True(order.IsOk, order.Failure?.Code);
        await Eventually.Async(
            async () => (await api.InstanceAsync(order.Value!.InstanceId, Stop)).Value?.Status == InstanceStatus.Running, Patience, "the server runs", Stop);
        return order.Value!.InstanceId;
    }

    async Task SettingsAsync(object settings)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(new Uri(sandbox.Addresses.DigitalOcean + "/_sandbox/settings"), settings, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
