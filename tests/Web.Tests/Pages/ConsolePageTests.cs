using System.Text;
using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

/// <summary>What the page says and offers, with a far end that does what the test wants.</summary>
public sealed class ConsolePageTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task A_running_server_offers_its_console_and_one_that_is_off_does_not()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-db-01");
        await Expect(page.GetByTestId("server-name")).ToHaveTextAsync("db-01");
        await Expect(page.GetByTestId("open-console")).ToHaveCountAsync(0);
        await page.GotoAsync("/servers/i-web-01");
        await page.GetByTestId("open-console").ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers/i-web-01/console");
    }

    [Fact]
    public async Task A_terminal_shows_what_comes_sends_what_is_typed_and_says_why_it_ended()
    {
        await using var site = await panel.StartAsync();
        site.World.ConsoleRefusal = null;
        var page = await site.SignInAsync(returnUrl: "/instances/i-web-01/console");
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
        await Expect(page.GetByTestId("console-ssh")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("selamat datang");
        await page.Keyboard.TypeAsync("halo");
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("halo");

        site.World.EndConsoles(4009, "host_key_changed");
        await Expect(page.GetByTestId("console-ended")).ToHaveAttributeAsync("data-reason", "host_key_changed");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Identitas server berubah" })).ToBeVisibleAsync();
        await Expect(page.GetByTestId("console-reconnect")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_terminal_reads_UTF_8_in_pieces_knows_256_colours_opens_addresses_scrolls_back_searches_and_copies()
    {
        await using var site = await panel.StartAsync();
        site.World.ConsoleRefusal = null;
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/console");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("selamat datang");
        var address = site.Address + "/legal/terms";
        var said = Encoding.UTF8.GetBytes(
            "kopi € \u001b[38;5;208mjingga\u001b[0m\r\n" + string.Concat(Enumerable.Range(1, 200).Select(line => $"baris {line}\r\n")) + address + "\r\n");
        const int insideTheSign = 6;
        await site.World.SayInConsolesAsync(said.AsMemory(0, insideTheSign));
        await site.World.SayInConsolesAsync(said.AsMemory(insideTheSign));
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync(address);
        Assert.True(await page.EvaluateAsync<bool>("""
            () => {
              const buffer = document.querySelector('[data-testid=console]').consoleFar.terminal.buffer.active;
              const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row));
              const cell = lines.find(line => line.translateToString(true) === 'kopi € jingga')?.getCell(7);
              return !!cell && cell.isFgPalette() && cell.getFgColor() === 208;
            }
            """), "It is all there, far above, in its own colour.");

        var at = await page.EvaluateAsync<float[]>("""
            address => {
              const terminal = document.querySelector('[data-testid=console]').consoleFar.terminal;
              const buffer = terminal.buffer.active;
              const screen = document.querySelector('.xterm-screen').getBoundingClientRect();
              const shown = Array.from({ length: terminal.rows }, (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true));
              const row = shown.indexOf(address);
              return [screen.left + 2.5 * screen.width / terminal.cols, screen.top + (row + 0.5) * screen.height / terminal.rows];
            }
            """, address);
        await page.Mouse.MoveAsync(at[0], at[1]);
        await Expect(page.Locator(".xterm-cursor-pointer")).ToHaveCountAsync(1);
        var opened = await page.RunAndWaitForPopupAsync(() => page.Mouse.ClickAsync(at[0], at[1]));
        await Expect(opened).ToHaveURLAsync(address);
        await opened.CloseAsync();
        await page.BringToFrontAsync();

        await page.Locator("[data-console-act=search]").ClickAsync();
        await page.Locator("[data-console-find]").FillAsync("jingga");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("""
            () => {
              const terminal = document.querySelector('[data-testid=console]').consoleFar.terminal;
              return terminal.getSelection() === 'jingga' && terminal.buffer.active.viewportY < terminal.buffer.active.baseY;
            }
            """);
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Control+Shift+KeyC");
        await Webrana.Testing.Eventually.Async(
            async () => await page.EvaluateAsync<string>("() => navigator.clipboard.readText()") == "jingga", TimeSpan.FromSeconds(60), "it was copied",
            TestContext.Current.CancellationToken);
    }

    // Phones have no Ctrl and no Esc: without them nobody stops a program or leaves an editor.
    [Fact]
    public async Task On_a_phone_the_keyboards_missing_keys_are_buttons()
    {
        await using var site = await panel.StartAsync();
        site.World.ConsoleRefusal = null;
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/console");
        await page.SetViewportSizeAsync(390, 844);
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
        await Expect(page.GetByTestId("console-ctrl")).ToBeHiddenAsync();
        await page.GetByTestId("console-keyboard").ClickAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement.classList.contains('xterm-helper-textarea')"), "The phone's own keyboard is up.");
        // Nothing is wider than the phone, once the terminal has seen how narrow it is.
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= 390");

        await page.GetByTestId("console-ctrl").ClickAsync();
        await Expect(page.GetByTestId("console-ctrl")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.TypeAsync("cc");
        await Expect(page.GetByTestId("console-ctrl")).ToHaveAttributeAsync("aria-pressed", "false");
        foreach (var key in new[] { "Escape", "Tab", "Backspace", "ArrowUp" }) await page.GetByTestId($"console-key-{key}").ClickAsync();
        await Webrana.Testing.Eventually.Async(
            () => string.Concat(site.World.Typed) == "\u0003c\u001b\t\u007f\u001b[A", TimeSpan.FromSeconds(60), "the keys arrived", TestContext.Current.CancellationToken);
    }

    // A phone's keyboard replaces what it guessed: that is erased and typed anew, and backspace works in a field that looks empty.
    [Theory]
    [InlineData("  ", "  l", 0, "l")]
    [InlineData("  sl", "  ls -la", 2, "ls -la")]
    [InlineData("  ls", "  l", 1, "")]
    [InlineData("  ", " ", 1, "")]
    [InlineData("ab", "ab", 0, "")]
    public async Task What_a_phone_typed_is_the_difference_of_its_field(string before, string after, int erase, string text)
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-db-01");
        var found = await page.EvaluateAsync<string>(
            "async ([before, after]) => { const d = (await import('/js/console.js')).difference(before, after); return `${d.erase} ${d.text}`; }", new[] { before, after });
        Assert.Equal($"{erase} {text}", found);
    }

    [Fact]
    public async Task It_comes_back_by_itself_with_a_new_ticket_when_the_service_restarts()
    {
        await using var site = await panel.StartAsync();
        site.World.ConsoleRefusal = null;
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/console");
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
        var before = site.World.Count("GET", "/api/v1/instances/i-web-01/console");
        site.World.EndConsoles(1012, "restarting");
        await Webrana.Testing.Eventually.Async(
            () => site.World.Count("GET", "/api/v1/instances/i-web-01/console") == before + 1, TimeSpan.FromSeconds(60), "a new ticket was asked for", TestContext.Current.CancellationToken);
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
    }

    // A real restart: nobody said good-bye, for a while nobody gives tickets, and then the slot still counts as taken.
    [Theory]
    [InlineData(503, ProblemCodes.TemporarilyUnavailable, 2)]
    [InlineData(409, ProblemCodes.TooManyConsoles, 1)]
    public async Task It_comes_back_by_itself_when_it_was_torn_off_and_tickets_are_refused_for_a_while(int status, string code, int times)
    {
        await using var site = await panel.StartAsync();
        site.World.ConsoleRefusal = null;
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/console");
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
        var before = site.World.Count("GET", "/api/v1/instances/i-web-01/console");
        site.World.RefuseNext("GET", "/api/v1/instances/i-web-01/console", status, code, times);
        site.World.TearConsoles();
        await Webrana.Testing.Eventually.Async(
            () => site.World.Count("GET", "/api/v1/instances/i-web-01/console") == before + times + 1, TimeSpan.FromSeconds(60), "tickets were asked for until there was one",
            TestContext.Current.CancellationToken);
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
    }

    [Fact]
    public async Task An_admin_says_why_before_a_customers_opens_and_it_goes_with_every_ticket()
    {
        await using var site = await panel.StartAsync();
        site.World.ConsoleRefusal = null;
        site.World.RefuseNext("GET", "/api/v1/instances/i-web-01", 404, ProblemCodes.NotFound, times: 1_000);
        var page = await site.SignInAsync("admin@example.com", "/admin/instances/i-web-01");
        await page.GetByTestId("open-console").ClickAsync();
        await Expect(page.GetByTestId("console-why-confirm")).ToBeDisabledAsync();
        // Who would rather not say is led back, and has seen nothing.
        await page.GetByRole(AriaRole.Button, new() { Name = "Batal", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync("/admin/instances/i-web-01");
        Assert.Empty(site.World.ConsoleReasons);

        await page.GetByTestId("open-console").ClickAsync();
        await page.GetByTestId("console-why-reason").FillAsync("Tiket 118: jaringan mati");
        await page.GetByTestId("console-why-confirm").ClickAsync();
        await Expect(page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "open");
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("selamat datang");
        await Expect(page.GetByTestId("console-back")).ToHaveAttributeAsync("href", "/admin/instances/i-web-01");
        site.World.EndConsoles(1012, "restarting");
        await Webrana.Testing.Eventually.Async(
            () => site.World.ConsoleReasons.Count == 2, TimeSpan.FromSeconds(60), "a new ticket was asked for", TestContext.Current.CancellationToken);
        Assert.All(site.World.ConsoleReasons, reason => Assert.Equal("Tiket 118: jaringan mati", reason));
    }

    [Fact]
    public async Task Where_there_is_none_it_says_so_and_why()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/console");
        await Expect(page.GetByTestId("console-ended")).ToHaveAttributeAsync("data-reason", ProblemCodes.ConsoleUnavailable);
        site.World.ConsoleRefusal = ProblemCodes.TooManyConsoles;
        await page.GetByTestId("console-reconnect").ClickAsync();
        await Expect(page.GetByText("Dua konsol server ini sudah terbuka", new() { Exact = false })).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, "i-web-01", InstanceStatus.Off);
        site.World.ConsoleRefusal = ProblemCodes.InvalidState;
        await page.GetByTestId("console-reconnect").ClickAsync();
        await Expect(page.GetByText("Server sedang mati", new() { Exact = false })).ToBeVisibleAsync();
    }
}
