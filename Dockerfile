# fundbook as one static program on an empty image.
FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/fundbook ./cmd/fundbook \
 && mkdir -p /out/data

FROM scratch
COPY --from=build /out/fundbook /fundbook
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV FUNDBOOK_DATA=/data FUNDBOOK_LISTEN=:8080
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/fundbook"]
CMD ["serve"]
