namespace Webrana.Client.Http;

/// <summary>One call of the API, before a token is put on it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Relative to the API's root, query included, already escaped.</param>
/// <param name="Body">A wire record, or null.</param>
/// <param name="Key">The intention behind a write, or null.</param>
/// <param name="Visitor">For whom a front end asks, or null.</param>
readonly record struct ApiRequest(HttpMethod Method, string Path, object? Body = null, IdempotencyKey? Key = null, Visitor? Visitor = null)
{
    public static ApiRequest Get(string path) => new(HttpMethod.Get, path);

    public static ApiRequest Post(string path, object? body = null, IdempotencyKey? key = null) => new(HttpMethod.Post, path, body, key);

    public static ApiRequest Put(string path, object body, IdempotencyKey? key = null) => new(HttpMethod.Put, path, body, key);

    public static ApiRequest Patch(string path, object body, IdempotencyKey? key = null) => new(HttpMethod.Patch, path, body, key);

    public static ApiRequest Delete(string path, object? body = null, IdempotencyKey? key = null) => new(HttpMethod.Delete, path, body, key);
}
