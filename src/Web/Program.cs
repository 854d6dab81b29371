using Webrana.Web.Hosting;

await WebApp.Create(args).RunAsync();
