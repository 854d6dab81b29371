using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Billing;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Data.States;
using Webrana.Wire;
using Webrana.Wire.Admin;
using AddonPrices = Webrana.Wire.Billing.AddonPrices;
using BillingSettings = Webrana.Wire.Admin.BillingSettings;
using PeriodPolicy = Webrana.Wire.Admin.PeriodPolicy;

namespace Webrana.Api.Admin;

/// <summary>What admins decide about billing, and the warnings that reached nobody: <c>/internal/billing-settings · undelivered</c>.</summary>
public static class AdminBillingApi
{
    /// <summary>Far more than an admin can telephone about.</summary>
    private const int MostUndelivered = 1_000;

    private static readonly string[] Ending = ["SUSPENDED", "HIBERNATED"];

    public static RouteGroupBuilder MapAdminBilling(this RouteGroupBuilder admin)
    {
        var settings = admin.MapGroup("/billing-settings").WithTags("Billing");
        settings.MapGet("", GetSettings).Describe("The dollar's rate, add-on prices and what happens to servers that are not paid.");
        settings.MapGet("/history", ListHistory).Describe("The versions there were, newest first.");
        settings.MapPatch("", ChangeSettings).Describe(
            "Change them as one new version; absent fields stay. Servers keep the policy that their period began with.",
            new ChangeBillingSettingsRequest(16_800, new AddonPrices(27, 40, 1_400, 220), Monthly: new PeriodPolicy(2_880, 7_200, 20_160, [-10_080, -4_320, -1_440, 1_440]), Reason: "Kurs bulan ini"),
            ProblemKinds.ValidationFailed, ProblemKinds.InvalidRate, ProblemKinds.InvalidPolicy);
        admin.MapGet("/undelivered", ListUndelivered).WithTags("Billing").Describe(
            "Servers whose last warning reached nobody for 72 hours; each goes on a day after it stood here.");
        return admin;
    }

    private static async Task<Ok<BillingSettings>> GetSettings(IClusterClient cluster) => TypedResults.Ok(BillingSettingsMapping.ToWire(await Settings(cluster).Get()));

    private static async Task<Ok<Page<BillingSettings>>> ListHistory(IClusterClient cluster) =>
        TypedResults.Ok(new Page<BillingSettings>([.. (await Settings(cluster).History()).Select(BillingSettingsMapping.ToWire)]));

    private static async Task<Results<Ok<BillingSettings>, Refusal>> ChangeSettings(
        ChangeBillingSettingsRequest body, IClusterClient cluster, AuditLog audit, HttpContext http)
    {
        if (Reasons.Judge(body.Reason) is { } invalid)
            return invalid;
        var intent = await audit.IntendAsync(
            http, "billing.settings_changed", GrainKeys.BillingSettings, body with { Reason = null }, body.Reason?.Trim(),
            BillingSettingsMapping.ToWire(await Settings(cluster).Get()));
        var changed = await Settings(cluster).Change(body.ToCommand(http.User.Actor()));
        await intent.EndAsync(changed, BillingSettingsMapping.ToWire);
        return changed.ToOk(BillingSettingsMapping.ToWire);
    }

    private static async Task<Ok<Page<UndeliveredWarning>>> ListUndelivered(IClusterClient cluster, StateQueries states, CancellationToken cancellation)
    {
        var found = new List<UndeliveredWarning>();
        foreach (var status in Ending)
        {
            for (string? cursor = null; ;)
            {
                var page = await states.ListAsync(new StateFilter(StateNames.Droplet, Status: status), StateQueries.MaxPage, cursor, cancellation);
                var views = await Hosting.Grains.ReadAllAsync(page.Rows, row => cluster.GetGrain<IDropletGrain>(row.Key).Subscription());
                found.AddRange(views.Where(view => view is { EscalatedAt: not null, DeliveredAt: null }).Select(view => new UndeliveredWarning(
                    view!.Server.ToString(), view.ServerName, view.WarnedAt!.Value, view.EscalatedAt!.Value, view.HibernatedAt is not null)));
                cursor = page.Next;
                if (cursor is null || found.Count >= MostUndelivered)
                    break;
            }
        }

        return TypedResults.Ok(new Page<UndeliveredWarning>([.. found.OrderBy(warning => warning.ShownAt)]));
    }

    private static IBillingSettingsGrain Settings(IClusterClient cluster) => cluster.GetGrain<IBillingSettingsGrain>(GrainKeys.BillingSettings);
}
