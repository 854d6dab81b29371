using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Api.Wallets;
using Webrana.Contracts;
using Webrana.Data.Shop;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Customers as admins see them: <c>/internal/users</c>.</summary>
public static class AdminUsersApi
{
    private const string List = "users";

    public static RouteGroupBuilder MapAdminUsers(this RouteGroupBuilder admin)
    {
        var users = admin.MapGroup("/users").WithTags("Users");
        users.MapGet("", ListUsers).For(Desk.Read).Describe(
            "Everybody, newest first; ?search= looks into e-mail and name.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        users.MapGet("/{id}", GetUser).For(Desk.Read).Describe("One person with balance.", ProblemKinds.NotFound);
        return admin;
    }

    private static async Task<Results<Ok<Page<AdminUser>>, Refusal>> ListUsers(
        IdentityDb db, string? search, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        var users = db.Users.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(search))
        {
            var pattern = $"%{search.Trim().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
            users = users.Where(user => EF.Functions.ILike(user.Email!, pattern) || EF.Functions.ILike(user.Name, pattern));
        }

        if (page.After is not null)
        {
            if (Position(page.After) is not var (createdAt, id))
                return Refusal.Of(ProblemKinds.InvalidCursor);
            users = users.Where(user => user.CreatedAt < createdAt || (user.CreatedAt == createdAt && user.Id < id));
        }

        var found = await users.OrderByDescending(user => user.CreatedAt).ThenByDescending(user => user.Id).Take(page.Limit + 1).ToListAsync(cancellation);
        var shown = found.Take(page.Limit).ToList();
        var roles = await RolesAsync(db, [.. shown.Select(user => user.Id)], cancellation);
        var last = shown.LastOrDefault();
        var next = found.Count > page.Limit ? $"{last!.CreatedAt.UtcTicks}.{last.Id:D}" : null;
        return TypedResults.Ok(new Page<AdminUser>([.. shown.Select(user => ToWire(user, roles[user.Id]))], PageQuery.Cursor(List, next)));
    }

    private static async Task<Results<Ok<AdminUser>, Refusal>> GetUser(
        string id, IdentityDb db, WalletServices wallets, ShopState shop, CancellationToken cancellation)
    {
        var user = UserId.TryParse(id, out var userId)
            ? await db.Users.AsNoTracking().SingleOrDefaultAsync(one => one.Id == userId.Value, cancellation)
            : null;
        if (user is null)
            return Refusal.Of(ProblemKinds.NotFound);
        var roles = await RolesAsync(db, [user.Id], cancellation);
        var wallet = await wallets.Grain(userId).Get();
        var frozen = await shop.FindFrozenAsync(user.Id, cancellation);
        return TypedResults.Ok(ToWire(user, roles[user.Id]) with { Balance = wallet.BalanceIdr, FrozenSince = frozen?.Since, FrozenReason = frozen?.Reason });
    }

    /// <summary>People with their roles, in the same order.</summary>
    internal static async Task<IReadOnlyList<AdminUser>> ToWireAsync(IdentityDb db, IReadOnlyList<User> people, CancellationToken cancellation)
    {
        var roles = await RolesAsync(db, [.. people.Select(user => user.Id)], cancellation);
        return [.. people.Select(user => ToWire(user, roles[user.Id]))];
    }

    private static async Task<ILookup<Guid, string>> RolesAsync(IdentityDb db, List<Guid> users, CancellationToken cancellation)
    {
        var held = from link in db.UserRoles
                   join role in db.Roles on link.RoleId equals role.Id
                   where users.Contains(link.UserId)
                   select new { link.UserId, role.Name };
        return (await held.ToListAsync(cancellation)).ToLookup(pair => pair.UserId, pair => pair.Name!);
    }

    private static AdminUser ToWire(User user, IEnumerable<string> roles) => new(
        user.Id.ToString("D"), user.Email!, user.Name, user.Phone, [.. roles.Order(StringComparer.Ordinal)], user.Locale, user.EmailConfirmed,
        user.LockoutEnd, user.CreatedAt, TwoFactor: user.TwoFactorEnabled);

    private static (DateTimeOffset CreatedAt, Guid Id)? Position(string text) =>
        text.Split('.') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
        && Guid.TryParseExact(id, "D", out var user)
            ? (new DateTimeOffset(at, TimeSpan.Zero), user)
            : null;
}
