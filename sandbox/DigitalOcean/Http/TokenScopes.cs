namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>Which scopes a call needs, named as the provider names them (its OpenAPI document; the plural ones are its own).</summary>
internal static class TokenScopes
{
    /// <summary>All of them; none for a path that nobody knows.</summary>
    /// <param name="method">Such as POST.</param>
    /// <param name="template">Such as /v2/droplets/{id}/actions.</param>
    /// <param name="action">What the body of an action calls itself.</param>
    public static IEnumerable<string> Of(string method, string template, string? action)
    {
        if (ResourceOf(template) is not { } resource)
            yield break;
        var isAction = method == "POST" && template.EndsWith("/actions", StringComparison.Ordinal);
        yield return $"{resource}:{(isAction ? "update" : Verb(method))}";
        if (isAction && AlsoNeeded(action) is { } more)
            yield return more;
    }

    static string? ResourceOf(string template) => template.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["v2", "account", "keys", ..] => "ssh_key",
        ["v2", "account"] => "account",
        ["v2", "actions", ..] => "actions",
        ["v2", "customers", ..] => "billing",
        ["v2", "droplets", ..] => "droplet",
        ["v2", "firewalls", ..] => "firewall",
        ["v2", "images", ..] => "image",
        ["v2", "monitoring", ..] => "monitoring",
        ["v2", "regions", ..] => "regions",
        ["v2", "sizes", ..] => "sizes",
        ["v2", "snapshots", ..] => "snapshot",
        ["v2", "tags", ..] => "tag",
        _ => null,
    };

    static string Verb(string method) => method switch
    {
        "GET" => "read",
        "POST" => "create",
        "DELETE" => "delete",
        _ => "update",
    };

    static string? AlsoNeeded(string? action) => action switch
    {
        "restore" or "password_reset" or "rebuild" => "droplet:admin",
        "resize" => "droplet:create",
        "snapshot" => "image:create",
        _ => null,
    };
}
