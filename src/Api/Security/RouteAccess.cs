namespace Webrana.Api.Security;

/// <summary>Who a route is for.</summary>
public enum Audience
{
    /// <summary>Everybody, without a token.</summary>
    Anyone,

    /// <summary>Whoever is signed in; an object in its path must be theirs, another's does not exist.</summary>
    Customer,

    /// <summary>A person who is signed in, never an API token: what protects the account itself.</summary>
    Person,

    /// <summary>Staff, by the roles that the route's policies name.</summary>
    Staff,
}

/// <summary>
/// What a route declares about who may call it. <see cref="ScopeGate"/> enforces it for API tokens, the documents show it, and the matrix test walks
/// every route with every actor against it: a route without one fails there.
/// </summary>
/// <param name="Audience">Who.</param>
/// <param name="Area">The area that a token's scopes must name; null where no token goes.</param>
/// <param name="Writes">Whether it changes or reveals something; null: by its method.</param>
public sealed record RouteAccess(Audience Audience, string? Area = null, bool? Writes = null)
{
    /// <summary>What an endpoint has declared; an override of one endpoint stands behind its group's.</summary>
    public static RouteAccess? Of(EndpointMetadataCollection metadata)
    {
        var declared = metadata.GetMetadata<RouteAccess>();
        return declared is not null && metadata.GetMetadata<TokenWrites>() is { } kind ? declared with { Writes = kind.Writes } : declared;
    }

    /// <summary>Whether a call with this method writes.</summary>
    public bool IsWrite(string method) => Writes ?? !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
}

/// <summary>Overrides what the method says: a POST that only asks, a GET that opens a door.</summary>
public sealed record TokenWrites(bool Writes);

/// <summary>Declares <see cref="RouteAccess"/>.</summary>
public static class RouteAccessDeclarations
{
    /// <summary>Open to everybody.</summary>
    public static TBuilder ForAnyone<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.AllowAnonymous().WithMetadata(new RouteAccess(Audience.Anyone));

    /// <summary>For whoever is signed in, and for API tokens with a scope of this area.</summary>
    public static TBuilder ForCustomers<TBuilder>(this TBuilder routes, string area) where TBuilder : IEndpointConventionBuilder =>
        routes.RequireAuthorization().WithMetadata(new RouteAccess(Audience.Customer, area));

    /// <summary>For the signed-in person only, whose login must still stand.</summary>
    public static TBuilder ForThePerson<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.RequireAuthorization().WithMetadata(new RouteAccess(Audience.Person)).AddEndpointFilter<TBuilder, StandingLogin>();

    /// <summary>For staff; which roles, the route's or its group's policies say. No API token goes there.</summary>
    public static TBuilder ForStaff<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new RouteAccess(Audience.Staff));

    /// <summary>A call that reads, whatever its method.</summary>
    public static TBuilder AsRead<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new TokenWrites(false));

    /// <summary>A call that writes or reveals, whatever its method.</summary>
    public static TBuilder AsWrite<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new TokenWrites(true));
}

/// <summary>Names of the areas, as they stand in scopes.</summary>
public static class TokenAreas
{
    public const string Servers = "servers";
    public const string Wallet = "wallet";
    public const string Promos = "promos";
    public const string SshKeys = "ssh-keys";
    public const string Notifications = "notifications";
    public const string Profile = "profile";
}
