using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;

namespace Webrana.Api.Security;

/// <summary>
/// What a route says of itself by its tag, where it declares nothing else: tags are the chapters of the document, and most chapters are one area. A route
/// of a chapter that stands here needs no words of its own; one of any other still has to say who it is for, or the matrix test fails.
/// </summary>
internal static class AccessByTag
{
    private static readonly Dictionary<string, string> Areas = new(StringComparer.Ordinal)
    {
        ["Instances"] = TokenAreas.Servers,
        ["Orders"] = TokenAreas.Servers,
        ["Wallet"] = TokenAreas.Wallet,
        ["Billing"] = TokenAreas.Wallet,
        ["Invoices"] = TokenAreas.Wallet,
        ["Promos"] = TokenAreas.Promos,
        ["SSH keys"] = TokenAreas.SshKeys,
        ["Notifications"] = TokenAreas.Notifications,
        ["Webhooks"] = TokenAreas.Notifications,
    };

    /// <summary>Completes every endpoint of the group that declares nothing.</summary>
    public static RouteGroupBuilder DeclareByTag(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<RouteAccess>().Any())
                return;
            if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
                endpoint.Metadata.Add(new RouteAccess(Audience.Anyone));
            else if (endpoint.Metadata.OfType<ITagsMetadata>().SelectMany(metadata => metadata.Tags).Select(tag => Areas.GetValueOrDefault(tag)).FirstOrDefault(area => area is not null) is { } area)
                endpoint.Metadata.Add(new RouteAccess(Audience.Customer, area));
        });
        return group;
    }
}
