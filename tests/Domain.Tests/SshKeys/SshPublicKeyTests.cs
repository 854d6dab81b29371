using CsCheck;
using Webrana.Domain.SshKeys;

namespace Webrana.Domain.Tests.SshKeys;

/// <summary>Keys and fingerprints as ssh-keygen made them.</summary>
public sealed class SshPublicKeyTests
{
    const string Ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 dewi@laptop";
    const string Rsa2048 = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDOgHaKi5vVbK2SVEFSTyRrosld6XO8p+wRqED8xyM1MDItkuJ6T2dM6XyX4UOtW0TLt/2ftpkbWnnnJ93bN7pCToKhlgsLn0zJkPAlXxjXOw65KxonXkYiZrfEErZW++GvJ+kEXZnRiatfLLT5KSKDcewOOlLfaH/SShk9A/hOd/xTkcmktHN74UHZVlZIxPMp9dIdjZYcG+bfYN0bUqP6SeP3Th3VnzYptYRb2YAZFOCgzJN+iUS1CwFbLHRvkwn+mHk5PpjrBSS96nblN/fJM0Roh1hql2i8wOJdHM5fC9Pd7MJYQxt0llnJc0jLBpBo9HeUNSqfls/Pa9+aSRQF budi@kantor";
    const string Rsa1024 = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC1xdUeV1vSTE/H7bWPnAaIlthRXvabCxQX+Nv14N4USxPZMdQI6YTMm/HWX37k240h8aDWdtx1Uz+KL3J63JyOdjRezAH5iOMHCY7YEYpRHmeThgbbqpgGLMNPu8R8IeJbDaxkAkCIXpAmMHxf5VkTaKgzilVOBgXd6iJV7rLkdw== x";
    const string Ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHfij4K9QZuzHUC1ee374f//r06hqI9SIQVumw1cLZpITjigJ0fLvw7h2jYb6CJR1qmscra1jFFJNAb/X0nuiuI= y";

    [Theory]
    [InlineData(Ed25519, "ssh-ed25519", "dewi@laptop", "SHA256:AE0jk+b5zbaEckk+UMUIEzwju/wcgkgAbWfRYWBGSrQ")]
    [InlineData(Rsa2048, "ssh-rsa", "budi@kantor", "SHA256:1fqKSvnpj47FJbaheEEnASOBojzJ8SDNmvX/8SyWT48")]
    [InlineData(Ecdsa, "ecdsa-sha2-nistp256", "y", "SHA256:HFNWKf91rCidvLKF5/TvPw3ISznH3YnT+QzBw1rOaic")]
    public void A_key_is_read_with_the_fingerprint_that_ssh_keygen_shows(string line, string type, string comment, string fingerprint)
    {
        var key = SshPublicKey.Parse($"  {line}\r\n", out _);
        Assert.Equal((type, comment, fingerprint), (key!.Type, key.Comment, key.Fingerprint));
        Assert.Equal(line, $"{key.Line} {comment}");
    }

    [Fact]
    public void A_comment_may_be_missing_or_long() =>
        Assert.Equal(("", "a b  c"), (SshPublicKey.Parse(string.Join(' ', Ed25519.Split(' ')[..2]), out _)!.Comment, SshPublicKey.Parse(string.Join(' ', Ed25519.Split(' ')[..2]) + " a b  c", out _)!.Comment));

    [Theory]
    [InlineData("", SshKeyFault.NotAKey)]
    [InlineData("ssh-ed25519", SshKeyFault.NotAKey)]
    [InlineData("ssh-ed25519 !!!", SshKeyFault.NotAKey)]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", SshKeyFault.NotAKey)]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l", SshKeyFault.NotAKey)]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2", SshKeyFault.NotAKey)]
    [InlineData("no-pty " + Ed25519, SshKeyFault.NotAKey)]
    [InlineData(Ed25519 + "\n" + Ecdsa, SshKeyFault.NotAKey)]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza", SshKeyFault.PrivateKey)]
    [InlineData("ssh-dss AAAAB3NzaC1kc3MAAAABAg==", SshKeyFault.TypeNotSupported)]
    [InlineData(Rsa1024, SshKeyFault.TooShort)]
    public void What_is_no_usable_key_is_refused_for_its_reason(string text, SshKeyFault fault)
    {
        Assert.Null(SshPublicKey.Parse(text, out var why));
        Assert.Equal(fault, why);
    }

    [Fact]
    public void Whatever_is_pasted_nothing_is_thrown_and_what_is_read_is_one_line() => Gen.String.Sample(text =>
    {
        if (SshPublicKey.Parse("ssh-ed25519 " + text, out _) is { } key)
            Assert.DoesNotContain(key.Line, char.IsControl);
    });
}
