using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Providers;
using Webrana.Data.Billing;
using Webrana.Wire;
using Webrana.Wire.Plans;

namespace Webrana.Api.Plans;

/// <summary>What can be bought: plans, regions, images. No token needed.</summary>
public static class PlansApi
{
    public static RouteGroupBuilder MapPlans(this RouteGroupBuilder api)
    {
        var shop = api.MapGroup("").WithTags("Shop").ForAnyone();
        shop.MapGet("/plans", ListPlans).Describe("Plans with their prices per period.");
        shop.MapGet("/regions", ListRegions).Describe("Locations.", ProblemKinds.ProviderUnavailable);
        shop.MapGet("/images", ListImages).Describe("Operating systems.", ProblemKinds.ProviderUnavailable);
        return api;
    }

    private static async Task<Ok<Page<Plan>>> ListPlans(PlanCatalogue catalogue, IClusterClient cluster, PlanStock pieces, CancellationToken cancellation)
    {
        var plans = (await catalogue.AllAsync(cancellation)).Where(plan => plan is { Hidden: false, Retired: false }).ToList();
        // Sold out is said before anybody pays. Where the provider cannot be asked, plans are shown as they are sold; the order decides.
        var offer = await ReadAsync(cluster);
        var soldOut = await pieces.SoldOutAsync(plans.Where(plan => plan.StockLimit is not null).ToDictionary(plan => plan.PlanId, plan => plan.StockLimit!.Value), cancellation);
        return TypedResults.Ok(new Page<Plan>([.. plans.Select(plan => plan.ToWire() is var shown && soldOut.Contains(plan.PlanId) ? shown with { Regions = [] }
            : offer.TryGet(out var stock) ? shown with { Regions = InStock(plan, stock) }
            : shown)]));
    }

    private static List<string> InStock(PlanView plan, ProviderCatalogue stock) =>
        [.. plan.Regions.Where(region => stock.Sizes.Any(size => size.Slug == plan.ProviderSize && size.Available && size.Regions.Contains(region)))];

    private static async Task<Results<Ok<Page<Region>>, Refusal>> ListRegions(IClusterClient cluster) =>
        (await ReadAsync(cluster)).ToOk(catalogue => new Page<Region>([.. catalogue.Regions.Select(PlanMapping.ToWire)]));

    private static async Task<Results<Ok<Page<Image>>, Refusal>> ListImages(IClusterClient cluster) =>
        (await ReadAsync(cluster)).ToOk(catalogue => new Page<Image>([.. catalogue.Images.Select(PlanMapping.ToWire)]));

    private static Task<Result<ProviderCatalogue, CatalogueError>> ReadAsync(IClusterClient cluster) =>
        cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Catalogue();
}
