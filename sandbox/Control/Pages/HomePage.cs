namespace Webrana.Sandbox.Control.Pages;

/// <summary>The page for people: the mails, and the clock with its buttons. It uses the same calls as scripts do.</summary>
static class HomePage
{
    internal static void MapHomePage(this WebApplication app)
    {
        using var reader = new StreamReader(typeof(HomePage).Assembly.GetManifestResourceStream("home.html")
            ?? throw new InvalidOperationException("home.html is not embedded"));
        var html = reader.ReadToEnd();
        app.MapGet("/", () => Results.Content(html, "text/html; charset=utf-8"));
    }
}
