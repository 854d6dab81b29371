using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Wire;
using Webrana.Wire.Plans;

namespace Webrana.Api.Plans;

/// <summary>What can be bought: plans, regions, images. No token needed.</summary>
public static class PlansApi
{
    public static RouteGroupBuilder MapPlans(this RouteGroupBuilder api)
    {
        var shop = api.MapGroup("").WithTags("Shop").AllowAnonymous();
        shop.MapGet("/plans", ListPlans).Describe("Plans with their prices per period.");
        shop.MapGet("/regions", ListRegions).Describe("Locations.", ProblemKinds.ProviderUnavailable);
        shop.MapGet("/images", ListImages).Describe("Operating systems.", ProblemKinds.ProviderUnavailable);
        return api;
    }

    private static async Task<Ok<Page<Plan>>> ListPlans(PlanCatalogue catalogue, CancellationToken cancellation)
    {
        var plans = await catalogue.AllAsync(cancellation);
        return TypedResults.Ok(new Page<Plan>([.. plans.Where(plan => plan is { Hidden: false, Retired: false }).Select(PlanMapping.ToWire)]));
    }

    private static async Task<Results<Ok<Page<Region>>, Refusal>> ListRegions(IClusterClient cluster, IOptions<ProviderOptions> provider) =>
        (await ReadAsync(cluster, provider.Value)).ToOk(catalogue => new Page<Region>([.. catalogue.Regions.Select(PlanMapping.ToWire)]));

    private static async Task<Results<Ok<Page<Image>>, Refusal>> ListImages(IClusterClient cluster, IOptions<ProviderOptions> provider) =>
        (await ReadAsync(cluster, provider.Value)).ToOk(catalogue => new Page<Image>([.. catalogue.Images.Select(PlanMapping.ToWire)]));

    private static Task<Result<ProviderCatalogue, CatalogueError>> ReadAsync(IClusterClient cluster, ProviderOptions provider) =>
        cluster.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(provider.AccountId)).Catalogue();
}
