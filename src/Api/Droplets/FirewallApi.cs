using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Wire.Droplets;
using FirewallRule = Webrana.Wire.Droplets.FirewallRule;

namespace Webrana.Api.Droplets;

/// <summary>What reaches a server: <c>/api/v1/instances/{id}/firewall</c>.</summary>
public static class FirewallApi
{
    private static readonly FirewallTemplate[] Templates =
    [
        new("SSH", [new FirewallRule(FirewallProtocol.Tcp, "22", [])]),
        new("WEB", [new FirewallRule(FirewallProtocol.Tcp, "80", []), new FirewallRule(FirewallProtocol.Tcp, "443", [])]),
    ];

    public static RouteGroupBuilder MapFirewall(this RouteGroupBuilder api)
    {
        var server = api.MapGroup("/instances/{id}").WithTags("Instances").RequireAuthorization();
        server.MapGet("/firewall", Get).Describe("What may come in, and templates for it.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        server.MapPut("/firewall", Put).Describe(
            "Replace the rules of what may come in, or switch the firewall off.",
            new FirewallRequest(true, [new FirewallRule(FirewallProtocol.Tcp, "22", ["203.0.113.0/24"]), new FirewallRule(FirewallProtocol.Tcp, "443", [])]),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidState, ProblemKinds.InvalidRule, ProblemKinds.TooManyRules);
        return api;
    }

    private static async Task<Results<Ok<InstanceFirewall>, Refusal>> Get(string id, [AsParameters] DropletServices services)
    {
        var (grain, refusal) = await OwnAsync(services, id);
        return grain is null ? refusal! : (await grain.Firewall()).ToOk(ToWire);
    }

    private static async Task<Results<Ok<InstanceFirewall>, Refusal>> Put(string id, FirewallRequest body, [AsParameters] DropletServices services)
    {
        var (grain, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var entries = body.Rules.Select(rule => new FirewallEntry(rule.Protocol.ToString(), rule.Ports, rule.Sources));
        return (await grain.SetFirewall(new SetFirewall(body.On, [.. entries], services.Http.User.Actor()))).ToOk(ToWire);
    }

    private static async Task<(IDropletFirewallGrain? Grain, Refusal? Refusal)> OwnAsync(DropletServices services, string id)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? (null, refusal) : (services.Cluster.GetGrain<IDropletFirewallGrain>(GrainKeys.Droplet(view.Instance)), null);
    }

    private static InstanceFirewall ToWire(FirewallView view) => new(
        view.On,
        [.. view.Rules.Select(rule => new FirewallRule(Enum.Parse<FirewallProtocol>(rule.Protocol, ignoreCase: true), rule.Ports, rule.Sources))],
        view.Applied, view.Problem,
        !view.On || view.Rules.Any(rule => Domain.Droplets.FirewallRule.Clean(rule.Protocol, rule.Ports, rule.Sources) is { LetsSshIn: true }),
        Templates);
}
