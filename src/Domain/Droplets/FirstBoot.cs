using System.Text.Json;

namespace Webrana.Domain.Droplets;

/// <summary>What a new server is told at its first boot so that we and its owner can enter it.</summary>
/// <param name="ManagedKey">Our authorized_keys line.</param>
/// <param name="PasswordHash">crypt(3) hash of the first root password. Any process on the server may read its user data: never the password itself.</param>
/// <param name="PasswordLogin">Whether SSH takes the password.</param>
public sealed record FirstBoot(string ManagedKey, string PasswordHash, bool PasswordLogin)
{
    /// <summary>Ends the public line of the provider account's key that only keeps the provider from mailing passwords; removed at the first boot.</summary>
    public const string NoMailComment = "webrana-no-mail";

    /// <summary>The longest user data of a customer, in bytes: the provider takes 64 KiB, of which ours needs some.</summary>
    public const int MaximumUserDataBytes = 60 * 1024;

    /// <summary>Read before the distribution's and cloud-init's own: what stands here first, counts.</summary>
    internal const string SshdSettings = "/etc/ssh/sshd_config.d/10-webrana.conf";

    internal const string WithPasswords = "PermitRootLogin yes\nPasswordAuthentication yes\n";

    internal const string WithKeysOnly = "PermitRootLogin prohibit-password\nPasswordAuthentication no\n";

    private const string AuthorizedKeys = "/root/.ssh/authorized_keys";

    /// <summary>
    /// Our cloud-config. JSON is YAML, and quotes itself. It appends to the lists of a cloud-config before it and replaces nothing: what
    /// the customer wrote wins.
    /// </summary>
    public string CloudConfig()
    {
        var files = new List<object> { new { path = AuthorizedKeys, append = true, permissions = "0600", content = ManagedKey + "\n" } };
        if (PasswordLogin)
            files.Add(new { path = SshdSettings, permissions = "0644", content = WithPasswords });
        var config = new
        {
            merge_how = new object[]
            {
                new { name = "list", settings = new[] { "append" } },
                new { name = "dict", settings = new[] { "no_replace", "recurse_list" } },
            },
            disable_root = false,
            ssh_pwauth = PasswordLogin,
            // Not expired: a forced change at the first login would lock our key out as well, and with it console and reset.
            chpasswd = new { expire = false, users = new[] { new { name = "root", password = PasswordHash, type = "hash" } } },
            write_files = files,
            runcmd = new[]
            {
                new[] { "sed", "-i", $"/ {NoMailComment}$/d", AuthorizedKeys },
                new[] { "sh", "-c", "restorecon -R /root/.ssh 2>/dev/null || true" },
            },
        };
        return "#cloud-config\n" + JsonSerializer.Serialize(config, Plain) + "\n";
    }

    /// <summary>
    /// The user data to send: ours alone, or the customer's followed by ours as one MIME archive. cloud-init finds out by itself what the
    /// customer's part is; an archive of theirs goes in as it is.
    /// </summary>
    /// <param name="customers">The customer's user data, or null.</param>
    /// <param name="boundary">Separates the parts; must not occur in them.</param>
    public string UserData(string? customers, string boundary)
    {
        if (string.IsNullOrWhiteSpace(customers))
            return CloudConfig();
        var theirs = IsMime(customers) ? customers : $"Content-Type: text/plain; charset=\"utf-8\"\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\n{customers}";
        return $"""
            Content-Type: multipart/mixed; boundary="{boundary}"
            MIME-Version: 1.0

            --{boundary}
            {theirs.ReplaceLineEndings("\n")}
            --{boundary}
            Content-Type: text/cloud-config; charset="utf-8"
            MIME-Version: 1.0
            Content-Transfer-Encoding: 8bit

            {CloudConfig()}
            --{boundary}--

            """.ReplaceLineEndings("\n");
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(FirstBoot);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static bool IsMime(string text) =>
        text.StartsWith("Content-Type: multipart/", StringComparison.OrdinalIgnoreCase) || text.StartsWith("MIME-Version:", StringComparison.OrdinalIgnoreCase);
}
