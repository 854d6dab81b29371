namespace Webrana.Web.Sessions;

/// <summary>Where to go after signing in: a place on this site, whatever the address says.</summary>
static class ReturnUrl
{
    /// <summary>Name of the query parameter.</summary>
    public const string Parameter = "returnUrl";

    /// <summary>A local path, or the servers page for anything else ("//evil.example" and "/\evil.example" leave the site).</summary>
    public static string Safe(string? asked) =>
        asked is ['/', ..] && !(asked is [_, '/' or '\\', ..]) && !asked.Any(char.IsControl) ? asked : "/servers";
}
