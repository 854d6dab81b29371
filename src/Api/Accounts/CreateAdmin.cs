using Microsoft.AspNetCore.Identity;
using Webrana.Api.Admin;
using Webrana.Contracts;
using Webrana.Data;
using Webrana.Data.Audit;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>
/// <c>ops create-admin --email … [--name …]</c>: the first admin of a production installation. Needs the database only. The password is
/// generated and printed once; an existing account gets the role and keeps its password.
/// </summary>
internal static class CreateAdmin
{
    public static async Task<int> RunAsync(IServiceProvider services, string email, string name, TextWriter output)
    {
        if (!AccountRules.IsEmail(email) || !AccountRules.IsName(name))
        {
            await output.WriteLineAsync("Usage: ops create-admin --email <address> [--name <name>]");
            return 2;
        }

        await using var scope = services.CreateAsyncScope();
        var registration = scope.ServiceProvider.GetRequiredService<Registration>();
        var known = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(email);
        if (known is { EmailConfirmed: false })
        {
            // Anybody can register anybody's address; the mail that the operator would confirm then opens it for whoever chose the password.
            await output.WriteLineAsync($"Refused: {email} was registered by somebody and never confirmed. Confirm it and set a password by 'forgot password' first, or use another address.");
            return 1;
        }

        var chain = new AuditChain(services.GetRequiredService<DataSources>());
        if (known is not null)
        {
            await chain.AppendAsync(Line("role.given", known.Id));
            await registration.AddRoleAsync(known.Id, Roles.Admin, CancellationToken.None);
            await output.WriteLineAsync($"{email} is an admin now; the password is unchanged.");
            return 0;
        }

        var password = Secrets.NewPassword();
        var person = new NewPerson(Guid.NewGuid(), email, password, name, null, "id", null) { EmailConfirmed = true, Role = Roles.Admin };
        await chain.AppendAsync(Line("role.given", person.Id));
        var (user, refusal) = await registration.CreateAsync(person, CancellationToken.None);
        if (user is null)
        {
            await chain.AppendAsync(Line("role.change_refused", person.Id));
            await output.WriteLineAsync($"Refused: {refusal!.Kind.Title} {refusal.Kind.Advice}");
            return 1;
        }

        await output.WriteLineAsync($"Admin    {email}");
        await output.WriteLineAsync($"Password {password}");
        await output.WriteLineAsync("It is shown this once. Log in and change it by 'forgot password'.");
        return 0;
    }

    // Before the deed, as everything about who may do what (ADR 63). A shell has no name but its own.
    private static AuditLine Line(string action, Guid user) =>
        new(null, "ops:shell", action, GrainKeys.Account(new UserId(user)), DetailJson: AuditLog.Json(new { role = Roles.Admin }));
}
