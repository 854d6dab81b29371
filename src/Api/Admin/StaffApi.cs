using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Who works at the desk, and what each may: <c>/internal/staff</c>, <c>/internal/users/{id}/roles</c>.</summary>
public static class StaffApi
{
    public static RouteGroupBuilder MapStaff(this RouteGroupBuilder admin)
    {
        admin.MapGet("/staff", ListStaff).WithTags("Staff").Describe("Everybody with a role at the desk, by name.");
        admin.MapPost("/users/{id}/roles", SetRole).WithTags("Staff").Describe(
            "Give or take a role. The person is signed out, so that it holds everywhere at once; nobody changes their own.",
            new SetRoleRequest(StaffRole.Support, true, "Mulai bertugas di layanan pelanggan"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.OwnAccount);
        return admin;
    }

    private static async Task<Ok<Page<AdminUser>>> ListStaff(IdentityDb db, CancellationToken cancellation)
    {
        var names = Roles.Staff.Split(',');
        var ids = from link in db.UserRoles
                  join role in db.Roles on link.RoleId equals role.Id
                  where names.Contains(role.Name)
                  select link.UserId;
        var people = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).OrderBy(user => user.Name).ThenBy(user => user.Id).ToListAsync(cancellation);
        return TypedResults.Ok(new Page<AdminUser>(await AdminUsersApi.ToWireAsync(db, people, cancellation)));
    }

    private static async Task<Results<Ok<AdminUser>, Refusal>> SetRole(
        string id, SetRoleRequest body, [AsParameters] AccountServices account, AuditLog audit)
    {
        if (!UserId.TryParse(id, out var userId) || await account.Db.Users.FindAsync([userId.Value], account.Cancellation) is not { } user)
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Check(Enum.IsDefined(body.Role), "role", "admin, finance or support.").Refusal is { } invalid)
            return invalid;
        // Whoever may give roles would otherwise lock the shop out by one click, or raise themselves by one.
        if (userId == account.Http.User.GetUserId())
            return Refusal.Of(ProblemKinds.OwnAccount);
        var role = Paging.WireNames.Of<StaffRole>(body.Role)!;
        var before = await account.Users.GetRolesAsync(user);
        var meant = body.Held ? before.Append(role).Distinct(StringComparer.Ordinal) : before.Where(held => held != role);
        var intent = await audit.IntendAsync(
            account.Http, body.Held ? "role.given" : "role.taken", GrainKeys.Account(userId), new { role }, body.Reason.Trim(), Shown(before), Shown(meant));
        // From here on not the request's token: half of it would be a role that does not hold yet, or one that still does.
        if (body.Held)
            await account.Registration.AddRoleAsync(user.Id, role, CancellationToken.None);
        else
            await account.Registration.RemoveRoleAsync(user.Id, role, CancellationToken.None);
        await account.Sessions.EndAllAsync(userId, CancellationToken.None);
        await account.SignOuts.TellAsync(userId);
        await intent.DoneAsync(Shown(await account.Users.GetRolesAsync(user)));
        return TypedResults.Ok((await AdminUsersApi.ToWireAsync(account.Db, [user], account.Cancellation))[0]);
    }

    private static object Shown(IEnumerable<string> roles) => new { roles = roles.Order(StringComparer.Ordinal) };
}
