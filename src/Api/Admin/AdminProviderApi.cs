using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.Protection;
using Webrana.Data.Providers;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>The cloud accounts behind the shop, and what in them is not as it should be: <c>/internal/digitalocean</c>, <c>/internal/reconciliation</c>.</summary>
public static partial class AdminProviderApi
{
    public static RouteGroupBuilder MapAdminProvider(this RouteGroupBuilder admin)
    {
        var accounts = admin.MapGroup("/digitalocean/accounts").WithTags("Provider");
        accounts.MapGet("", ListAccounts).Describe("All provider accounts: standing, room, alarms, what the last sweep found.");
        accounts.MapPost("", AddAccount).Describe(
            "Take in another provider account. Its token is tried, then kept encrypted.", new AddProviderAccountRequest("kedua", "Akun kedua", "dop_v1_example", "Akun pertama hampir penuh"),
            ProblemKinds.ValidationFailed, ProblemKinds.AlreadyExists, ProblemKinds.TokenRefused, ProblemKinds.ProviderUnavailable);
        accounts.MapPut("/{id}/token", ReplaceToken).Describe(
            "Replace the token by another of the same account; what was paused goes on.", new ReplaceProviderTokenRequest("dop_v1_example", "Rotasi triwulan"),
            ProblemKinds.ValidationFailed, ProblemKinds.NotFound, ProblemKinds.TokenRefused, ProblemKinds.ProviderUnavailable);
        accounts.MapPost("/{id}/enable", (string id, [FromBody] ChangeReason? body, [AsParameters] AccountServices services) => SetMode(id, ProviderAccountMode.Active, body, services))
            .Describe("Sell through it again.", new ChangeReason("Kuota dinaikkan penyedia"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        accounts.MapPost("/{id}/drain", (string id, [FromBody] ChangeReason? body, [AsParameters] AccountServices services) => SetMode(id, ProviderAccountMode.Draining, body, services))
            .Describe("No new servers there; those there go on.", new ChangeReason("Akun akan ditutup bulan depan"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        accounts.MapPost("/{id}/disable", (string id, [FromBody] ChangeReason? body, [AsParameters] AccountServices services) => SetMode(id, ProviderAccountMode.Disabled, body, services))
            .Describe("Stop every call to it; what is there waits.", new ChangeReason("Penyedia menyelidiki akun ini"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        admin.MapGet("/reconciliation", ListDrift).WithTags("Provider").Describe(
            "Droplets nobody owns, servers that are not there; ?resolved=true adds what is in order again.", ProblemKinds.InvalidLimit);
        return admin;
    }

    private static async Task<Ok<Page<ProviderAccount>>> ListAccounts(IClusterClient cluster) =>
        TypedResults.Ok(new Page<ProviderAccount>([.. (await cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Accounts()).Select(ToWire)]));

    private static async Task<Results<Created<ProviderAccount>, Refusal>> AddAccount(AddProviderAccountRequest body, [AsParameters] AccountServices services)
    {
        var name = body.Name.Trim();
        var invalid = new FieldErrors()
            .Check(Slug().IsMatch(body.Id), "id", "1 to 40 lower-case letters, digits and dashes.")
            .Check(name.Length is > 0 and <= 60 && !name.Any(char.IsControl), "name", "1 to 60 characters.")
            .Check(IsToken(body.Token), "token", "Visible ASCII, at most 200 characters.")
            .Refusal;
        if ((invalid ?? Reasons.Judge(body.Reason)) is { } refused)
            return refused;
        var intent = await services.Audit.IntendAsync(
            services.Http, "provider.account_added", GrainKeys.DigitalOceanAccount(body.Id), new { body.Id, name }, body.Reason?.Trim(), before: null);
        var added = await services.Account(body.Id).Add(new AddProviderAccount(name, services.Tokens.Close(body.Token)));
        await intent.EndAsync(added, Standing);
        return added.ToCreated(_ => "/internal/digitalocean/accounts", ToWire);
    }

    private static async Task<Results<Ok<ProviderAccount>, Refusal>> ReplaceToken(string id, ReplaceProviderTokenRequest body, [AsParameters] AccountServices services)
    {
        if (new FieldErrors().Check(IsToken(body.Token), "token", "Visible ASCII, at most 200 characters.").Refusal is { } invalid)
            return invalid;
        if (Reasons.Judge(body.Reason) is { } unreasoned)
            return unreasoned;
        if (!Slug().IsMatch(id))
            return Refusal.Of(ProblemKinds.NotFound);
        // Never the token itself: what shows is whether the account works again.
        var intent = await services.Audit.IntendAsync(
            services.Http, "provider.token_replaced", GrainKeys.DigitalOceanAccount(id), new { id }, body.Reason?.Trim(), Standing(await services.Account(id).View()));
        var replaced = await services.Account(id).ReplaceToken(services.Tokens.Close(body.Token));
        await intent.EndAsync(replaced, Standing);
        return replaced.ToOk(ToWire);
    }

    private static async Task<Results<Ok<ProviderAccount>, Refusal>> SetMode(string id, ProviderAccountMode mode, ChangeReason? body, AccountServices services)
    {
        if (Reasons.Judge(body?.Reason) is { } invalid)
            return invalid;
        if (!Slug().IsMatch(id))
            return Refusal.Of(ProblemKinds.NotFound);
        var intent = await services.Audit.IntendAsync(
            services.Http, $"provider.account_{mode.ToString().ToLowerInvariant()}", GrainKeys.DigitalOceanAccount(id), new { id }, body?.Reason?.Trim(),
            Standing(await services.Account(id).View()));
        var set = await services.Account(id).SetMode(mode);
        await intent.EndAsync(set, Standing);
        return set.ToOk(ToWire);
    }

    /// <summary>What an admin's act changes about an account; its figures change by themselves.</summary>
    private static object Standing(ProviderAccountView account) =>
        new { account.Name, mode = account.Mode.ToString(), alarm = account.Alarm.ToString(), account.Selling };

    private static async Task<Results<Ok<Page<DriftItem>>, Refusal>> ListDrift(ProviderDrift drift, bool? resolved, int? limit, CancellationToken cancellation)
    {
        if (PageQuery.TryRead("reconciliation", limit, null, out var page) is { } refusal)
            return refusal;
        return TypedResults.Ok(new Page<DriftItem>([.. (await drift.ListAsync(resolved == true, page.Limit, cancellation)).Select(ToWire)]));
    }

    private static bool IsToken(string? token) => token is { Length: > 0 and <= 200 } && token.All(character => character is >= '!' and <= '~');

    private static ProviderAccount ToWire(ProviderAccountView view) => new(
        view.AccountId, view.Name, Enum.Parse<ProviderMode>(view.Mode.ToString()), Enum.Parse<ProviderAlarmCode>(view.Alarm.ToString()), view.AlarmSince,
        view.Selling, view.Status, view.DropletLimit, view.DropletCount, view.Free, view.MonthToDateUsdCents / 100m, view.CheckedAt,
        view.Sweep is { } sweep
            ? new ProviderSweep(sweep.FinishedAt, sweep.Owned, sweep.InFlight, sweep.Tombstoned, sweep.Duplicate, sweep.Unexplained, sweep.Foreign, sweep.Missing)
            : null,
        view.BalanceUsdCents / 100m);

    private static DriftItem ToWire(DriftRow row) => new(
        row.Account, row.DropletId.ToString(CultureInfo.InvariantCulture), row.Kind, row.Instance?.ToString("D"), row.Name, row.FirstSeenAt, row.LastSeenAt,
        row.ResolvedAt, row.Outcome);

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();

    /// <summary>What these endpoints work with.</summary>
    internal sealed record AccountServices(IClusterClient Cluster, ProviderTokens Tokens, AuditLog Audit, HttpContext Http)
    {
        public IDigitalOceanAccountGrain Account(string id) => Cluster.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(id));
    }
}
