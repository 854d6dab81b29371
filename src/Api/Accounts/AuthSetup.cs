using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Legal;
using Webrana.Api.Security;
using Webrana.Data;
using Webrana.Data.Legal;
using Webrana.Data.Protection;
using Webrana.Data.Shop;

namespace Webrana.Api.Accounts;

/// <summary>Registers identity, tokens and roles. Public: the benchmark host authenticates as the product does.</summary>
public static class AuthSetup
{
    /// <summary>The policy of what only admins may: everything under <c>/internal</c> that does not say otherwise (<see cref="Desk"/>).</summary>
    public const string AdminPolicy = "admin";

    public static IHostApplicationBuilder AddWebranaAuthentication(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.Configure<AuthOptions>(builder.Configuration.GetSection(AuthOptions.Section));
        var auth = builder.Configuration.GetSection(AuthOptions.Section).Get<AuthOptions>() ?? new AuthOptions();

        services.AddDbContextPool<IdentityDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<DataSources>().Queries));
        services.AddWebranaProtection(builder.Configuration);
        services.AddIdentityCore<User>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = ""; // the user name is the e-mail address, which has rules of its own
                options.SignIn.RequireConfirmedEmail = true;
                // Length over character classes (NIST SP 800-63B): classes make people write passwords down.
                options.Password.RequiredLength = 10;
                options.Password.RequiredUniqueChars = 4;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddRoles<Role>()
            .AddEntityFrameworkStores<IdentityDb>()
            .AddPasswordValidator<PasswordRules>()
            .AddDefaultTokenProviders()
            .AddAccountSecurity();

        services.AddAuthentication(SecuritySetup.AnyBearer)
            .AddApiTokens()
            .AddBearerToken(options => options.BearerTokenExpiration = auth.AccessTokenLife);
        services.AddOptions<BearerTokenOptions>(BearerTokenDefaults.AuthenticationScheme)
            .PostConfigure<TimeProvider>((options, clock) => options.BearerTokenProtector = new RememberedTokens(options.BearerTokenProtector, clock, auth));
        services.AddAuthorizationBuilder().AddDesk();

        services.AddSingleton<AuthLimits>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<SessionStore>();
        services.TryAddSingleton<ShopState>();
        services.TryAddSingleton<BusinessTime>();
        services.AddSingleton<LegalRows>().AddSingleton<LegalLibrary>().AddSingleton<Acceptances>();
        services.AddSingleton<SignOutHints>();
        services.AddScoped<SignIn>();
        services.AddScoped<Registration>();
        services.AddScoped<PendingRegistrations>();
        services.AddSingleton<MailRequests>();
        services.AddScoped<RequestedMails>();
        services.AddScoped<AccountMails>();
        return builder;
    }
}
