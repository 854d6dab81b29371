using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
        await Expect(_page).ToHaveURLAsync("/servers");
        await _page.GotoAsync($"/servers/{_instance}");
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.CloseAsync();
        _files.Delete(recursive: true);
    }

    // First a real server behind the API, then the simulator's own screen on the same page: what whoever tries the sandbox meets.
    [Fact]
    public async Task The_screen_of_a_real_VNC_server_is_driven_by_noVNC()
    {
        await using var vnc = await VncDisplay.StartAsync();
        await SettingsAsync(new { vncServer = vnc.Address });
        try
        {
            await _page.GetByTestId("open-console").ClickAsync();
            await OpenAsync("VNC");
            await Expect(Canvas).ToBeVisibleAsync(Visible);
            // Focus follows the pointer where there is no window manager.
            await Canvas.ClickAsync();
            var before = await Canvas.ScreenshotAsync();
            var proof = Path.Combine(_files.FullName, "typed");
            // Full of one word, so that whatever line is touched later has it.
            await _page.Keyboard.TypeAsync($"seq -f salin-%g 1 99; echo halo > {proof}\n", new() { Delay = 20 });
            await Eventually.Async(() => File.Exists(proof) && File.ReadAllText(proof) == "halo\n", Patience, "the command was run by the terminal on that display", Stop);
            await Eventually.Async(async () => !(await Canvas.ScreenshotAsync()).AsSpan().SequenceEqual(before), Patience, "the picture changed", Stop);
            await ClipboardsAreOneAsync();
        }
        finally
        {
            await SettingsAsync(new { vncServer = (string?)null });
        }

        await _page.ReloadAsync();
        await OpenAsync("VNC");
        var droplet = await DropletAsync();
        await SimulatedScreenEchoesAsync(droplet);
        await PictureFitsOrNotAsync();
        await BarWorksAsync(droplet);
        await PhoneTypesAsync(droplet);
    }

    /// <summary>What is selected on the server is in the panel's field, and what is sent from there can be pasted on the server.</summary>
    async Task ClipboardsAreOneAsync()
    {
        var text = _page.GetByTestId("console-text");
        var box = (await Canvas.BoundingBoxAsync())!;
        await _page.Mouse.MoveAsync(box.X + 4, box.Y + (box.Height / 2));
        await _page.Mouse.DownAsync();
        await _page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2), new() { Steps = 5 });
        await _page.Mouse.UpAsync();
        await Eventually.Async(
            async () => (await text.InputValueAsync()).Contains("salin-", StringComparison.Ordinal), Patience, "what was selected on the server came to the browser", Stop);

        var pasted = Path.Combine(_files.FullName, "pasted-on-screen");
        await _page.GetByTestId("console-clipboard").ClickAsync();
        await text.FillAsync($"echo tempel > {pasted}\n");
        await Act("send-clipboard").ClickAsync();
        // Where xterm pastes the selection from, which is the browser's by now.
        await _page.Keyboard.PressAsync("Shift+Insert");
        await Eventually.Async(() => File.Exists(pasted) && File.ReadAllText(pasted) == "tempel\n", Patience, "what was sent from the browser was pasted on the server", Stop);
    }

    async Task SimulatedScreenEchoesAsync(long droplet)
    {
        await Expect(Canvas).ToBeVisibleAsync(Visible);
        var before = await Eventually.Async(LitAsync, lit => lit > 1_000, Patience, "there is something to read on it", Stop);
        await Canvas.ClickAsync();
        await _page.Keyboard.TypeAsync("uname\n", new() { Delay = 20 });
        await SimulatorShowsAsync(droplet, "6.8.0-simulated");
        await Eventually.Async(LitAsync, lit => lit > before + 100, Patience, "what was typed and its answer are on the picture", Stop);
    }

    async Task PictureFitsOrNotAsync()
    {
        await Eventually.Async(FitsAsync, Patience, "the picture fills its place", Stop);
        await Act("scale").ClickAsync();
        await Eventually.Async(
            () => _page.EvaluateAsync<int>("() => Math.round(document.querySelector('[data-console-stage] canvas').getBoundingClientRect().width)"),
            width => width == 640, Patience, "a pixel is a pixel", Stop);
        await Act("scale").ClickAsync();
        await Eventually.Async(FitsAsync, Patience, "it fills its place again", Stop);
    }

    async Task BarWorksAsync(long droplet)
    {
        await Act("full").ClickAsync();
        await _page.WaitForFunctionAsync("() => document.fullscreenElement === document.querySelector('[data-testid=console]')");
        await Eventually.Async(FitsAsync, Patience, "the picture fills the whole screen", Stop);
        await Act("full").ClickAsync();
        await _page.WaitForFunctionAsync("() => document.fullscreenElement === null");

        await _page.GetByTestId("console-cad").ClickAsync();
        await SimulatorShowsAsync(droplet, "Restarting system.");
    }

    /// <summary>In the hand: the field brings the phone's own keyboard up, and what it has no key for is a button.</summary>
    async Task PhoneTypesAsync(long droplet)
    {
        await _page.SetViewportSizeAsync(390, 844);
        await _page.GetByTestId("console-keyboard").ClickAsync();
        await Expect(_page.Locator("[data-console-keys]")).ToBeFocusedAsync();
        await Eventually.Async(FitsAsync, Patience, "the picture fits the phone", Stop);
        Assert.True(await _page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= 390"), "Nothing is wider than the phone.");
        await _page.Keyboard.TypeAsync("dari-hape", new() { Delay = 20 });
        await _page.GetByTestId("console-key-Enter").ClickAsync();
        await SimulatorShowsAsync(droplet, "dari-hape");
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

        // What comes is UTF-8, and colours are those of the wide palette, as TERM promised to the server.
        await TypeAsync("clear; echo warna-$(tput colors)");
        await ShowsAsync("warna-256");
        await TypeAsync(@"printf 'harga-\303\251\342\202\254\n\033[38;5;208mjingga\033[0m\n'");
        await ShowsAsync("harga-é€");
        await Eventually.Async(
            () => TerminalAsync("""
                Array.from({ length: t.buffer.active.length }, (_, row) => t.buffer.active.getLine(row)).some(line =>
                  line.translateToString(true) === 'jingga' && line.getCell(0).isFgPalette() && line.getCell(0).getFgColor() === 208)
                """),
            Patience, "the word has colour 208", Stop);

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

        // One mebibyte, by a paste as a person does it. The program takes it as it comes: while hidden lines are read, as by a password's
        // prompt, OpenSSH answers what its terminal took in one go with one packet as large, and SSH.NET ends the session over a packet
        // above 67 KiB. How much goes in one go is the scheduler's doing (ADR 16).
        var pasted = "teh é€日本\n" + string.Concat(Enumerable.Range(0, PasteBytes / 64).Select(line => line.ToString("D63", CultureInfo.InvariantCulture) + "\n"));
        var bytes = Encoding.UTF8.GetBytes(pasted);
        var big = Path.Combine(_files.FullName, "pasted");
        await TypeAsync($"stty -echo -icanon; head -c {bytes.Length} > {big}; stty echo icanon; sha256sum {big}");
        await Eventually.Async(() => File.Exists(big), Patience, "head waits", Stop);
        // The shell's prompt asks for brackets around a paste; head would take them for text.
        await Eventually.Async(() => TerminalAsync("!t.modes.bracketedPasteMode"), Patience, "the terminal heard that the prompt is gone", Stop);
        await _page.EvaluateAsync("""
            text => {
              const data = new DataTransfer();
              data.setData('text/plain', text);
              document.querySelector('.xterm-helper-textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """, pasted);
        await Eventually.Async(
            async () => (
                new FileInfo(big).Length,
                State: await _page.GetByTestId("console").GetAttributeAsync("data-state"),
                Reason: await _page.GetByTestId("console").GetAttributeAsync("data-reason")),
            arrived => arrived.Length == bytes.Length, Patience, "it arrived", Stop);
        await ShowsAsync(Convert.ToHexStringLower(SHA256.HashData(bytes)));

        // Switching the server off ends it, with words.
        var api = await SignedInAsync();
        Assert.True((await api.PowerOffAsync(_instance, IdempotencyKey.New(), Stop)).IsOk);
        await Expect(_page.GetByTestId("console-ended")).ToHaveAttributeAsync("data-reason", "not_running", Attribute);
    }

    ILocator Canvas => _page.Locator("[data-console-stage] canvas");

    /// <summary>A button of the console's bar.</summary>
    ILocator Act(string name) => _page.Locator($"[data-console-act={name}]");

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

    /// <summary>How many pixels of the picture are bright: letters are, paper is not.</summary>
    Task<int> LitAsync() => _page.EvaluateAsync<int>("""
        () => {
          const canvas = document.querySelector('[data-console-stage] canvas');
          if (!canvas.width || !canvas.height) return 0;
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          let lit = 0;
          for (let at = 1; at < pixels.length; at += 4) if (pixels[at] > 128) lit++;
          return lit;
        }
        """);

    /// <summary>Whether the whole picture is to be seen, as large as there is room for.</summary>
    Task<bool> FitsAsync() => _page.EvaluateAsync<bool>("""
        () => {
          const stage = document.querySelector('[data-console-stage]').getBoundingClientRect();
          const picture = document.querySelector('[data-console-stage] canvas').getBoundingClientRect();
          const room = [stage.width - picture.width, stage.height - picture.height];
          return Math.min(...room) > -1 && Math.min(...room) < 2;
        }
        """);

    /// <summary>The provider's id of our server.</summary>
    async Task<long> DropletAsync()
    {
        var address = (await (await SignedInAsync()).InstanceAsync(_instance, Stop)).Value!.Ipv4;
        using var http = new HttpClient();
        var droplets = await http.GetFromJsonAsync<JsonElement>(new Uri(sandbox.Addresses.DigitalOcean + "/_sandbox/droplets"), Stop);
        return droplets.EnumerateArray().Single(one => one.GetProperty("publicIPv4").GetString() == address).GetProperty("droplet").GetProperty("id").GetInt64();
    }

    /// <summary>Waits until the simulator itself has a line on that screen, other than the one it was typed in.</summary>
    async Task SimulatorShowsAsync(long droplet, string text)
    {
        using var http = new HttpClient();
        await Eventually.Async(
            () => http.GetStringAsync(new Uri($"{sandbox.Addresses.DigitalOcean}/_sandbox/console/{droplet}/text"), Stop),
            screen => screen.Split('\n').Any(line => line.Contains(text, StringComparison.Ordinal) && !line.Contains("# ", StringComparison.Ordinal)),
            Patience, $"the simulator's screen shows '{text}'", Stop);
    }

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
