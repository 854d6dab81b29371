using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Webrana.Tripay.Tests.Support;

/// <summary>A client whose every call gets the same answer, byte for byte.</summary>
static class CannedTripay
{
    public static TripayClient Answering(string body, HttpStatusCode status = HttpStatusCode.OK, string contentType = "application/json") =>
        new(new HttpClient(new Canned(Encoding.UTF8.GetBytes(body), status, contentType)), Options.Create(new TripayOptions
        {
            BaseUrl = "http://tripay.invalid/api", ApiKey = "DEV-key", PrivateKey = "private", MerchantCode = "T0001",
        }));

    sealed class Canned(byte[] body, HttpStatusCode status, string contentType) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
            response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            return Task.FromResult(response);
        }
    }
}
