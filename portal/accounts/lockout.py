from django.http import HttpRequest, HttpResponse


def response(request: HttpRequest, *args, **kwargs) -> HttpResponse:
    return HttpResponse(status=429)
