using System.Text.Json;
using System.Text.RegularExpressions;

namespace Webrana.Sandbox.DigitalOcean.Guests;

/// <summary>What a first boot makes of user data, as far as entering the server goes.</summary>
/// <param name="AuthorizedKeys">Lines for root.</param>
/// <param name="RootPasswordHash">crypt(3) hash, or null when none was set.</param>
/// <param name="PasswordLogin">Whether SSH takes passwords.</param>
internal sealed record FirstBootOutcome(IReadOnlyList<string> AuthorizedKeys, string? RootPasswordHash, bool PasswordLogin);

/// <summary>
/// A small cloud-init: MIME archives, nested or not, and cloud-config written as JSON (which is YAML). Scripts and other YAML are let
/// pass, as nothing runs them here.
/// </summary>
internal static partial class CloudInit
{
    const string AuthorizedKeysFile = "/root/.ssh/authorized_keys";

    /// <summary>Reads user data; null has no outcome but the provider's own keys.</summary>
    /// <param name="userData">As sent with the create.</param>
    /// <param name="metadataKeys">Public keys named at the create.</param>
    public static FirstBootOutcome Run(string? userData, IEnumerable<string> metadataKeys)
    {
        var keys = metadataKeys.ToList();
        string? hash = null;
        var login = false;
        var removed = new List<string>();
        foreach (var config in Configs(userData ?? ""))
        {
            if (config.TryGetProperty("ssh_authorized_keys", out var more) && more.ValueKind == JsonValueKind.Array)
                keys.AddRange(more.EnumerateArray().Select(key => key.GetString()!));
            if (config.TryGetProperty("write_files", out var files) && files.ValueKind == JsonValueKind.Array)
                keys.AddRange(files.EnumerateArray().Where(file => file.GetProperty("path").GetString() == AuthorizedKeysFile)
                    .SelectMany(file => file.GetProperty("content").GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            if (config.TryGetProperty("chpasswd", out var passwords) && passwords.TryGetProperty("users", out var users))
                hash = users.EnumerateArray().Where(user => user.GetProperty("name").GetString() == "root").Select(user => user.GetProperty("password").GetString()).LastOrDefault() ?? hash;
            if (config.TryGetProperty("ssh_pwauth", out var allowed))
                login = allowed.ValueKind == JsonValueKind.True;
            if (config.TryGetProperty("runcmd", out var commands) && commands.ValueKind == JsonValueKind.Array)
                removed.AddRange(commands.EnumerateArray().Select(Removed).OfType<string>());
        }

        return new FirstBootOutcome([.. keys.Where(key => !removed.Any(ending => key.EndsWith(ending, StringComparison.Ordinal))).Distinct()], hash, login);
    }

    /// <summary>The one command that is understood: sed deleting lines of authorized_keys by their ending.</summary>
    static string? Removed(JsonElement command)
    {
        if (command.ValueKind != JsonValueKind.Array)
            return null;
        var words = command.EnumerateArray().Select(word => word.GetString()).ToList();
        return words is ["sed", "-i", { } script, AuthorizedKeysFile] && LineEnding().Match(script) is { Success: true } match ? match.Groups[1].Value : null;
    }

    static IEnumerable<JsonElement> Configs(string text)
    {
        if (Boundary().Match(text) is { Success: true } mime)
        {
            foreach (var part in text.Split("\n--" + mime.Groups[1].Value).Skip(1).Where(part => part.StartsWith('\n')))
            {
                // An archive in an archive keeps its own headers; any other part has its content after its headers.
                var inner = part.TrimStart('\n');
                var content = Boundary().IsMatch(inner) ? inner : inner[(inner.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
                foreach (var config in Configs(content))
                    yield return config;
            }
        }
        else if (text.StartsWith("#cloud-config\n", StringComparison.Ordinal) && Parse(text["#cloud-config\n".Length..]) is { } config)
        {
            yield return config;
        }
    }

    static JsonElement? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement is { ValueKind: JsonValueKind.Object } config ? config : null;
        }
        catch (JsonException)
        {
            return null; // YAML proper
        }
    }

    [GeneratedRegex("\\AContent-Type: multipart/[a-z]+; boundary=\"([^\"]+)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("^/(.+)\\$/d$")]
    private static partial Regex LineEnding();
}
