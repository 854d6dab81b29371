using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Webrana.Web.Localization;

/// <summary>Indonesian first, English second; chosen by <c>?culture=</c> once and remembered in a cookie, so that a circuit speaks it too.</summary>
static class WebLocalization
{
    /// <summary>The default comes first.</summary>
    public static readonly string[] Languages = ["id", "en"];

    const string Query = "culture";

    public static void AddWebLocalization(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddScoped(_ => new Texts(CultureInfo.CurrentUICulture));
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Languages[0]).AddSupportedCultures(Languages).AddSupportedUICultures(Languages);
            // The browser's language is not asked: Indonesian is the house language, and half of our customers' browsers say English.
            options.RequestCultureProviders = [new QueryStringRequestCultureProvider(), new CookieRequestCultureProvider()];
        });
    }

    public static void UseWebLocalization(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.Use((context, next) =>
        {
            var asked = context.Request.Query[Query].ToString();
            if (Languages.Contains(asked))
            {
                context.Response.Cookies.Append(
                    CookieRequestCultureProvider.DefaultCookieName,
                    CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(asked)),
                    new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, IsEssential = true, Path = "/" });
            }

            return next(context);
        });
    }
}
