namespace Webrana.Domain.Droplets;

/// <summary>
/// How the owner's SSH keys are put on a server that runs: the provider takes none with a rebuild. Our own key comes first and is always
/// among them; the keys of the create are not.
/// </summary>
public static class OwnersKeys
{
    // One that stays has to hear of it. Where each connection gets its own, there is nothing to reload: it reads its settings anew.
    private const string Reload = "systemctl reload ssh || systemctl reload sshd || service ssh reload || [ ! -e /run/sshd.pid ]";

    // Ends the list, so that one whose connection broke in the middle is not taken for whole.
    private const string End = "# webrana";

    /// <summary>Exit status 0: root may log in with a password; 1: not. Anything else: the sshd does not say.</summary>
    public const string AsksForPasswords =
        "s=$(PATH=$PATH:/usr/sbin sshd -T 2>/dev/null) || exit 2; echo \"$s\" | grep -qi '^passwordauthentication yes' && echo \"$s\" | grep -qi '^permitrootlogin yes'";

    /// <summary>
    /// What is run as root; no secret in it, and it may be run again. The sshd is told whether it takes passwords, and what it then says
    /// decides: one that does not read that folder, or is told otherwise before, keeps the list that is there, for without its keys nobody
    /// would get in. The new list takes its place in one move: whoever is cut off leaves the old one, which lets us in as well.
    /// </summary>
    public static string Command(bool passwordLogin) =>
        $"umask 077; f=~/.ssh/authorized_keys; mkdir -p ~/.ssh && cat >$f.new && [ \"$(tail -n 1 $f.new)\" = '{End}' ]"
        + $" && printf '{Settings(passwordLogin)}' | install -D -m 0644 /dev/stdin {FirstBoot.SshdSettings}"
        + $" && {{ restorecon -R ~/.ssh /etc/ssh/sshd_config.d; {Reload}; }} >/dev/null 2>&1"
        + $" && {(passwordLogin ? "" : "! ")}({AsksForPasswords}) && mv $f.new $f || {{ rm -f $f.new; false; }}";

    /// <summary>Its standard input: the lines of authorized_keys.</summary>
    /// <param name="managed">Our own line.</param>
    /// <param name="owners">The owner's lines.</param>
    public static string Input(string managed, IEnumerable<string> owners) => string.Concat(owners.Prepend(managed).Append(End).Select(line => line.Trim() + "\n"));

    private static string Settings(bool passwordLogin) => (passwordLogin ? FirstBoot.WithPasswords : FirstBoot.WithKeysOnly).Replace("\n", "\\n", StringComparison.Ordinal);
}
