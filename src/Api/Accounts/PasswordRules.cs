using Microsoft.AspNetCore.Identity;

namespace Webrana.Api.Accounts;

/// <summary>What Identity's own rules do not say: length is bounded, and a password is not the address it protects.</summary>
internal sealed class PasswordRules : IPasswordValidator<User>
{
    /// <summary>Hashing is work on the caller's word: a password of a megabyte would be an attack.</summary>
    private const int MaximumLength = 128;

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var rule = password switch
        {
            null => null,
            { Length: > MaximumLength } => "At most 128 characters.",
            _ when string.Equals(password, user.Email, StringComparison.OrdinalIgnoreCase) => "Not the e-mail address itself.",
            _ => null,
        };
        return Task.FromResult(rule is null
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError { Code = "PasswordRule", Description = rule }));
    }
}
