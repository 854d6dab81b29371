using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;

namespace Webrana.Api.Security;

/// <summary>Registers what protects accounts beyond the password.</summary>
internal static class SecuritySetup
{
    /// <summary>Looks at the header and hands over to the scheme that understands it.</summary>
    public const string AnyBearer = "Webrana";

    public static IdentityBuilder AddAccountSecurity(this IdentityBuilder identity)
    {
        var services = identity.Services;
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        identity.AddUserStore<SealedUserStore>();
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<Microsoft.Extensions.Options.IOptions<WebOptions>>((passkeys, web) =>
        {
            // Passkeys belong to the panel's name, whatever host this process answers on: browsers never speak to it about them.
            var panel = new Uri(web.Value.PasskeyOrigin ?? web.Value.PublicUrl);
            passkeys.ServerDomain = panel.Host;
            passkeys.UserVerificationRequirement = "required"; // it stands for password and second factor
            passkeys.ResidentKeyRequirement = "required"; // signing in asks for no address
            passkeys.ValidateOrigin = asked => ValueTask.FromResult(
                !asked.CrossOrigin && string.Equals(asked.Origin, panel.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
        });
        services.AddScoped<TwoFactor>().AddScoped<Passkeys>().AddScoped<EmailChanges>().AddScoped<SecurityNotices>();
        services.AddSingleton<ApiTokens>().AddSingleton<RefusedAccess>().AddSingleton<SignInTries>();
        services.AddHostedService<SecurityJanitor>();
        return identity;
    }

    public static AuthenticationBuilder AddApiTokens(this AuthenticationBuilder authentication) => authentication
        .AddPolicyScheme(AnyBearer, null, options => options.ForwardDefaultSelector =
            http => ApiTokenHandler.Brought(http) ? ApiTokenHandler.SchemeName : BearerTokenDefaults.AuthenticationScheme)
        .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(ApiTokenHandler.SchemeName, null);
}
