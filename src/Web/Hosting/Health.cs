using Microsoft.Extensions.Options;

namespace Webrana.Web.Hosting;

/// <summary>Whether this process lives, and whether it can serve the panel: it cannot without the API.</summary>
static class Health
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("ok"));
        app.MapGet("/health/ready", ReadyAsync);
    }

    static async Task<IResult> ReadyAsync(IHttpClientFactory clients, IOptions<ApiOptions> api, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var http = clients.CreateClient();
            using var answer = await http.GetAsync(new Uri(api.Value.BaseUrl!, "/health/live"), limit.Token);
            return answer.IsSuccessStatusCode ? Results.Text("ok") : Results.Text("api: " + (int)answer.StatusCode, statusCode: 503);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
        {
            return Results.Text("api: unreachable", statusCode: 503);
        }
    }
}
