using Webrana.Domain.Droplets;

namespace Webrana.Domain.Tests.Droplets;

public sealed class OwnersKeysTests
{
    [Fact]
    public void Our_own_key_comes_first_and_the_list_says_where_it_ends() =>
        Assert.Equal("ssh-ed25519 AAAA webrana-1\nssh-rsa BBBB\n# webrana\n", OwnersKeys.Input("ssh-ed25519 AAAA webrana-1\n", ["ssh-rsa BBBB"]));

    [Fact]
    public void Without_keys_of_its_owner_ours_alone_is_left() =>
        Assert.Equal("ssh-ed25519 AAAA webrana-1\n# webrana\n", OwnersKeys.Input("ssh-ed25519 AAAA webrana-1", []));

    [Theory]
    [InlineData(true, "PasswordAuthentication yes")]
    [InlineData(false, "PasswordAuthentication no")]
    public void The_command_names_no_key_and_tells_the_sshd_whether_it_takes_passwords(bool passwordLogin, string setting)
    {
        var command = OwnersKeys.Command(passwordLogin);
        Assert.Contains(setting + "\\n' | install", command, StringComparison.Ordinal);
        Assert.DoesNotContain("ssh-", command, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', command);
    }

    [Theory]
    [InlineData(true, "&& (")]
    [InlineData(false, "&& ! (")]
    public void The_list_that_is_there_goes_only_after_the_sshd_has_said_what_was_asked_of_it(bool passwordLogin, string says) =>
        Assert.EndsWith($"{says}{OwnersKeys.AsksForPasswords}) && mv $f.new $f || {{ rm -f $f.new; false; }}", OwnersKeys.Command(passwordLogin), StringComparison.Ordinal);

    [Fact]
    public void What_is_asked_of_the_sshd_is_one_line() => Assert.DoesNotContain('\n', OwnersKeys.AsksForPasswords);
}
