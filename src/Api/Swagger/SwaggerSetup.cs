using Microsoft.OpenApi;

namespace Webrana.Api.Swagger;

/// <summary>The two documents and their page: <c>/swagger</c>.</summary>
public static class SwaggerSetup
{
    /// <summary>What customers use.</summary>
    public const string Customer = "v1";

    /// <summary>What admins use.</summary>
    public const string Internal = "internal";

    internal const string Bearer = "bearer";

    internal static IServiceCollection AddSwagger(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Customer, new OpenApiInfo
            {
                Title = "Webrana API",
                Version = Customer,
                Description = "Servers from a rupiah wallet. Amounts are whole rupiah, times RFC 3339 in UTC, refusals application/problem+json "
                    + "with a stable code. Send Idempotency-Key with every write: a repetition gets the first answer. "
                    + "To try it here: POST /api/v1/auth/login, then Authorize with the accessToken.",
            });
            options.SwaggerDoc(Internal, new OpenApiInfo
            {
                Title = "Webrana internal API",
                Version = Customer,
                Description = "For admins: customers, money, plans and the audit log. Authorize with an admin's accessToken.",
            });
            options.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                In = ParameterLocation.Header,
                Description = "The accessToken of POST /api/v1/auth/login.",
            });
            options.SupportNonNullableReferenceTypes();
            options.OperationFilter<OperationDetails>();
            foreach (var documentation in Directory.EnumerateFiles(AppContext.BaseDirectory, "Webrana.Wire.xml"))
                options.IncludeXmlComments(documentation);
        });

    internal static IApplicationBuilder UseSwaggerPages(this IApplicationBuilder app) => app
        .UseSwagger()
        .UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Webrana API";
            options.SwaggerEndpoint($"/swagger/{Customer}/swagger.json", "Customers (v1)");
            options.SwaggerEndpoint($"/swagger/{Internal}/swagger.json", "Admins (internal)");
            options.EnablePersistAuthorization();
        });
}
