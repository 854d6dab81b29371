using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Droplets;
using Webrana.Api.Notifications;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Data.Desk;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Finding and understanding: <c>/internal/search</c> and the timelines.</summary>
internal static class DeskFindApi
{
    private const int Shortest = 2;
    private const int Longest = 100;

    public static RouteGroupBuilder MapDeskFind(this RouteGroupBuilder admin)
    {
        admin.MapGet("/search", Search).For(Desk.Read).WithTags("Search").Describe(
            "Find customers, servers and deposits by e-mail, phone, IP, server name, invoice number, gateway reference, VA number or provider id.", ProblemKinds.ValidationFailed);
        admin.MapGet("/users/{id}/timeline", OfCustomer).For(Desk.Read).WithTags("Users").Describe(
            "Everything that happened to a customer, newest first: orders, money, actions, notices, sign-ins, admin acts; of servers only the money for roles without servers.",
            ProblemKinds.NotFound, ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        admin.MapGet("/instances/{id}", GetServer).For(Desk.Care).WithTags("Instances").Describe("One server.", ProblemKinds.NotFound);
        admin.MapGet("/instances/{id}/timeline", OfServer).For(Desk.Care).WithTags("Instances").Describe(
            "Everything that happened to a server, newest first: its order, actions, money, notices, admin acts.",
            ProblemKinds.NotFound, ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        return admin;
    }

    private static async Task<Results<Ok<Page<FoundItem>>, Refusal>> Search(DeskSearch search, HttpContext http, string? q)
    {
        var word = q?.Trim() ?? "";
        if (new FieldErrors().Check(word.Length is >= Shortest and <= Longest, "q", "2 to 100 characters.").Refusal is { } invalid)
            return invalid;
        return TypedResults.Ok(new Page<FoundItem>(await search.FindAsync(word, HasServers(http), http.RequestAborted)));
    }

    private static async Task<Results<Ok<Page<TimelineEntry>>, Refusal>> OfCustomer(
        string id, Timelines timelines, IdentityDb db, HttpContext http, int? limit, string? cursor, CancellationToken cancellation)
    {
        var list = $"timeline-{id}";
        if (PageQuery.TryRead(list, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!UserId.TryParse(id, out var user) || !await db.Users.AnyAsync(one => one.Id == user.Value, cancellation))
            return Refusal.Of(ProblemKinds.NotFound);
        return TypedResults.Ok(ToWire(await timelines.OfCustomerAsync(user.Value, HasServers(http), page.Limit, page.After, cancellation), list));
    }

    private static async Task<Results<Ok<AdminInstance>, Refusal>> GetServer(string id, [AsParameters] DropletServices services) =>
        InstanceId.TryParse(id, out var instance) && (await services.Droplet(instance).Get()).TryGet(out var view)
            ? TypedResults.Ok(await BlockApi.ReadAsync(services.Cluster, view))
            : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<Page<TimelineEntry>>, Refusal>> OfServer(
        string id, Timelines timelines, [AsParameters] DropletServices services, int? limit, string? cursor)
    {
        var list = $"timeline-{id}";
        if (PageQuery.TryRead(list, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!InstanceId.TryParse(id, out var instance) || !(await services.Droplet(instance).Get()).IsOk)
            return Refusal.Of(ProblemKinds.NotFound);
        return TypedResults.Ok(ToWire(await timelines.OfServerAsync(instance.Value, page.Limit, page.After, services.Cancellation), list));
    }

    private static bool HasServers(HttpContext http) => Roles.CareDesk.Split(',').Any(http.User.IsInRole);

    private static Page<TimelineEntry> ToWire(TimelinePage page, string list) => new(
        [.. page.Rows.Select(row => new TimelineEntry(row.At, row.Kind, row.Id, row.Kind == "NOTICE" ? NotificationMapping.CodeOf(row.What) : row.What, row.Text, row.AmountIdr, row.Actor, row.Subject, row.Why, row.Status))],
        PageQuery.Cursor(list, page.Next));
}
